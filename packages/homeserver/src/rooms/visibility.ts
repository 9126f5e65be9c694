import { LruCache } from "../log/lru-cache.ts";
import type { LoadedRoom } from "./room.ts";
import type { Rooms } from "./rooms.ts";
import { findStateKey } from "./state-key.ts";
import type { StoredEvent } from "./stored-event.ts";

/** What decides who may see an event: the visibility of the history and the viewer's membership, at that point. */
interface Sight {
  readonly visibility: string;
  readonly membership: string | undefined;
}

/** Decides which events of a room a local user may see. */
export class Visibility {
  readonly #rooms: Rooms;
  readonly #sights = new LruCache<string, Sight>(20_000);

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /**
   * Keeps the events that the user may see, in order.
   *
   * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility}
   */
  async filter(room: LoadedRoom, userNid: number, events: readonly StoredEvent[]): Promise<StoredEvent[]> {
    const seen: StoredEvent[] = [];
    for (const event of events) if (await this.canSee(room, userNid, event)) seen.push(event);
    return seen;
  }

  /** Whether the user may see the event. */
  async canSee(room: LoadedRoom, userNid: number, event: StoredEvent): Promise<boolean> {
    const userId = await this.#rooms.core.users.text(userNid);
    const before = await this.#sight(room, userNid, userId, event.fields.stateNid);
    const { type, stateKey } = event.fields;
    const member = type === "m.room.member" && stateKey === userId ? event.content["membership"] : before.membership;
    const changed = type === "m.room.history_visibility" && stateKey === "" ? event.content["history_visibility"] : before.visibility;
    // At an event that changes visibility or membership, the more permissive of before and after counts.
    return [before.visibility, changed].some((visibility) =>
      [before.membership, member].some((membership) => this.#allows(room, userNid, visibility, membership)),
    );
  }

  /** The membership of the user when the event was sent. */
  async membershipAt(room: LoadedRoom, userNid: number, event: StoredEvent): Promise<string> {
    const userId = await this.#rooms.core.users.text(userNid);
    return (await this.#sight(room, userNid, userId, event.fields.stateNid)).membership ?? "leave";
  }

  #allows(room: LoadedRoom, userNid: number, visibility: unknown, membership: unknown): boolean {
    if (visibility === "world_readable" || membership === "join") return true;
    const present = room.view.members.get(userNid)?.membership;
    if (visibility === "invited") return membership === "invite";
    if (visibility === "joined") return false;
    return present === "join" || membership === "invite";
  }

  async #sight(room: LoadedRoom, userNid: number, userId: string, stateNid: number): Promise<Sight> {
    const key = `${stateNid} ${userNid}`;
    const known = this.#sights.get(key);
    if (known) return known;
    const state = stateNid === room.view.stateNid ? room.view.state : await this.#rooms.stateGroups.load(stateNid);
    const read = async (type: string, stateKey: string, field: string): Promise<unknown> => {
      const skey = await findStateKey(this.#rooms.core, type, stateKey);
      const nid = skey === undefined ? undefined : state.get(skey);
      return nid === undefined ? undefined : (await this.#rooms.events.get(nid))?.content[field];
    };
    const visibility = await read("m.room.history_visibility", "", "history_visibility");
    const membership = await read("m.room.member", userId, "membership");
    const sight: Sight = {
      visibility: typeof visibility === "string" ? visibility : "shared",
      membership: typeof membership === "string" ? membership : undefined,
    };
    this.#sights.set(key, sight);
    return sight;
  }
}
