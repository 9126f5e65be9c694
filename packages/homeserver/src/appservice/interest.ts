import { LruCache } from "@patrix/concurrency";
import { membersAt } from "../rooms/read/members-at.ts";
import type { PlacedStates } from "../rooms/read/state-at.ts";
import { membershipIn } from "../rooms/read/state-event.ts";
import type { LoadedRoom, Membership } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { placeAfter } from "../rooms/timeline/place.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { aliasesOfRoom } from "../store/statements/rooms.ts";
import { turnIfDue } from "../turns.ts";
import type { Appservice, Appservices } from "./appservices.ts";

/** The most rooms of which it is remembered who makes them interesting. */
const REMEMBERED_ROOMS = 20_000;
/** How many members are looked at before others may get their turn. */
const MEMBERS_AT_ONCE = 500;

/** Whom an application service has in a room: somebody who is in or was last seen there, or nobody at all. */
type Witness = number | "nobody";

/**
 * Which rooms and events concern an application service: those of its users, as they were in the room at the time of the event, and
 * those of its rooms and aliases.
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#registration}
 */
export class Interest {
  readonly #rooms: Rooms;
  readonly #states: PlacedStates;
  readonly #appservices: Appservices;
  readonly #service: Appservice;
  readonly #witnesses = new LruCache<number, Witness>(REMEMBERED_ROOMS);
  /** Counts what could make a look at the members of a room out of date before it ends. */
  #changes = 0;

  constructor(service: Appservice, { rooms, states, appservices }: { rooms: Rooms; states: PlacedStates; appservices: Appservices }) {
    this.#service = service;
    this.#rooms = rooms;
    this.#states = states;
    this.#appservices = appservices;
    rooms.onMembership((room, userNid) => {
      this.#changes++;
      if (this.#witnesses.get(room.nid) === "nobody" && this.#isOwnNid(userNid)) this.#witnesses.delete(room.nid);
    });
  }

  /** Whether a user is one of the service's. */
  isOwn(userId: string): boolean {
    return this.#appservices.matchUser(this.#service, userId) !== undefined;
  }

  /** Whether an event concerns the service. */
  async inEvent(event: StoredEvent): Promise<boolean> {
    const { sender, stateKey, type, roomNid } = event.fields;
    if (this.isOwn(sender) || (type === "m.room.member" && stateKey !== undefined && this.isOwn(stateKey))) return true;
    return this.inRoom(roomNid, event);
  }

  /** Whether a room concerns the service, at present or at the time of an event. */
  async inRoom(roomNid: number, at?: StoredEvent): Promise<boolean> {
    const room = this.#rooms.byNid(roomNid);
    if (!room) return false;
    if (this.#appservices.matchRoom(this.#service, room.id) !== undefined) return true;
    if (await this.#hasUser(await this.#rooms.load(room), at)) return true;
    return this.#service.registration.namespaces.aliases?.length ? this.#hasAlias(roomNid) : false;
  }

  /** Whether a user is in a room that concerns the service. */
  async sharesRoom(userNid: number): Promise<boolean> {
    for (const [roomNid, { membership }] of await this.#rooms.ofUser(userNid)) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (membership === "join" && (await this.inRoom(roomNid))) return true;
    }
    return false;
  }

  async #hasAlias(roomNid: number): Promise<boolean> {
    const aliases = await this.#rooms.core.store.all(aliasesOfRoom, roomNid);
    return aliases.some(({ alias }) => this.#appservices.matchAlias(this.#service, alias) !== undefined);
  }

  async #hasUser(room: LoadedRoom, at: StoredEvent | undefined): Promise<boolean> {
    const wasIn = (membership: Membership | undefined): boolean =>
      membership?.membership === "join" && (at === undefined || membership.pos <= at.nid);
    const witness = this.#witnesses.get(room.nid);
    if (witness === "nobody") return false;
    if (witness !== undefined && wasIn(room.view.members.get(witness))) return true;
    const changes = this.#changes;
    const own = await this.#ownMembers(room);
    const present = own.find(([, membership]) => wasIn(membership));
    if (present) this.#witnesses.set(room.nid, present[0]);
    else if (own.length === 0 && changes === this.#changes) this.#witnesses.set(room.nid, "nobody");
    if (present) return true;
    // Who came or went since is looked up as they were.
    const uncertain = at ? own.filter(([, { membership, leftPos = 0 }]) => membership === "join" || leftPos > at.nid) : [];
    return at !== undefined && uncertain.length > 0 && this.#wereIn(room, uncertain, at);
  }

  /** The service's users who are or were in a room. */
  async #ownMembers({ view }: LoadedRoom): Promise<(readonly [userNid: number, membership: Membership])[]> {
    const { users } = this.#rooms.core;
    const all = [...view.members];
    const own: (readonly [number, Membership])[] = [];
    for (let i = 0; i < all.length; i += MEMBERS_AT_ONCE) {
      const turn = turnIfDue();
      if (turn) await turn;
      const some = all.slice(i, i + MEMBERS_AT_ONCE);
      await users.load(some.map(([nid]) => nid));
      own.push(...some.filter(([nid]) => this.isOwn(users.peekText(nid))));
    }
    return own;
  }

  async #wereIn(room: LoadedRoom, own: readonly (readonly [userNid: number, membership: Membership])[], at: StoredEvent): Promise<boolean> {
    const place = placeAfter(at.nid);
    const remembered = membersAt(room, place);
    if (remembered) return own.some(([nid]) => remembered.members.get(nid)?.membership === "join");
    const state = await this.#states.stateAt(room, place);
    for (const [nid] of own) if ((await membershipIn(this.#rooms, state, await this.#rooms.core.users.text(nid))) === "join") return true;
    return false;
  }

  #isOwnNid(userNid: number): boolean {
    try {
      return this.isOwn(this.#rooms.core.users.peekText(userNid));
    } catch {
      // A name that memory has forgotten: then it is looked at again.
      return true;
    }
  }
}
