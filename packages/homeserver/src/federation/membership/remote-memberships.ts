import { KeyedQueue } from "@patrix/concurrency";
import { type FederationClient, sendInvite } from "@patrix/federation";
import type { SendInviteV2Request } from "@patrix/federation-api";
import type { EventId, RoomId } from "@patrix/identifiers";
import { fromFederation, serverOf, buildPdu, referenceHash, toEventReference } from "@patrix/signatures";
import { createEventId } from "@patrix/identifiers";
import type { RemoteInvite, RoomAndUser, RoomByServers } from "../../other-servers.ts";
import { RoomError } from "../../rooms/errors.ts";
import { membershipOf, restrictedJoinAuthoriser, restrictedRooms } from "../../rooms/membership/restricted-join.ts";
import { serversShownTo } from "../../rooms/membership/stripped-state.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import { stateEvent } from "../../rooms/read/state-event.ts";
import type { Room } from "../../rooms/room.ts";
import { FederatedError } from "../errors.ts";
import { verifyPdus } from "../intake/verify-pdus.ts";
import type { RoomHistory } from "../history/room-history.ts";
import type { RoomPolicies } from "../policy/room-policies.ts";
import type { RoomServers } from "../room-servers.ts";
import type { SignedEvents } from "../signed-events.ts";
import { askServers } from "./ask-servers.ts";
import { joinBy, type JoinParts } from "./join-room.ts";
import { knockBy, leaveBy, type OutsideParts } from "./leave-room.ts";
import { shownState } from "./shown-state.ts";

/** How long a join waits until the other server has heard of what it may rest on, such as a join of another room, in milliseconds. */
const TOLD_WITHIN_MS = 1_000;
/** How long a join waits for the other members: rooms that are not large are whole by then. In milliseconds. */
const WHOLE_WITHIN_MS = 500;

/** What changes memberships by other servers. */
export interface RemoteMembershipParts extends Pick<RoomParts, "rooms" | "adopt" | "receiver" | "noteOutside"> {
  readonly client: FederationClient;
  readonly keyRing: JoinParts["keyRing"];
  readonly keys: OutsideParts["keys"];
  readonly roomServers: RoomServers;
  readonly signed: SignedEvents;
  readonly policies: RoomPolicies;
  readonly mayAsk: (server: string) => boolean;
  /** Told of an event that another server passes on to all others. */
  readonly passOver: (eventId: string) => void;
  readonly withoutMembers: boolean;
  /** Waits until a server has what has happened here by now, for some milliseconds at most. */
  readonly settled: (server: string, patienceMs: number) => Promise<void>;
  readonly history: RoomHistory;
}

/** Changes memberships of this server's users where that needs other servers. */
export class RemoteMemberships {
  readonly #parts: RemoteMembershipParts;
  /** Users who join a room at once come into one room, whose state the later ones do not put back. */
  readonly #handOvers = new KeyedQueue<string>();

  constructor(parts: RemoteMembershipParts) {
    this.#parts = parts;
  }

  /** Joins a user by other servers. @returns Whether that was needed. */
  async join(wanted: RoomByServers): Promise<boolean> {
    const room = this.#parts.rooms.find(wanted.roomId);
    if (room && (await this.#isHere(room)) && (await this.#canLetIn(room, wanted.userId))) return false;
    const servers = await this.#serversFor(wanted, room);
    // Without anybody to ask, this server says why not.
    if (servers.length === 0 && (!room || (await this.#isHere(room)))) return false;
    const parts: JoinParts = {
      ...this.#parts,
      isHere: (roomId) => this.#isHereById(roomId),
      inTurn: (roomId, work) => this.#handOvers.run(roomId, work),
      authChain: (server, roomId, eventId) => this.#parts.history.authChain(server, roomId, eventId),
      stateBefore: (server, known, eventId) => this.#parts.history.stateBefore(server, known, eventId),
    };
    await askServers(servers, async (server, first) => {
      await this.#parts.settled(server, TOLD_WITHIN_MS);
      return joinBy(parts, server, { ...wanted, first });
    });
    const joined = this.#parts.rooms.find(wanted.roomId);
    if (joined) await this.#parts.rooms.partial.settled(joined.nid, WHOLE_WITHIN_MS);
    return true;
  }

  /** Knocks by other servers. @returns Whether that was needed. */
  async knock(wanted: RoomByServers): Promise<boolean> {
    const room = this.#parts.rooms.find(wanted.roomId);
    if (room && (await this.#isHere(room))) return false;
    const servers = await this.#serversFor(wanted, room);
    if (!room && servers.length === 0) return false;
    await askServers(servers, (server, first) => knockBy(this.#parts, server, { ...wanted, first }));
    return true;
  }

  /** Ends a membership in a room that this server is not in, whether or not others can be reached. @returns Whether that was needed. */
  async leave(left: RoomAndUser): Promise<boolean> {
    const room = this.#parts.rooms.find(left.roomId);
    if (!room || (await this.#isHere(room))) return false;
    const inviting = await this.#serversFor({ ...left, via: [] }, room);
    const servers = await serversShownTo(this.#parts.rooms, room, left.userId);
    try {
      await askServers([...inviting, ...this.#others(servers)], (server, first) => leaveBy(this.#parts, server, { ...left, first }));
    } catch {
      await this.#leaveAlone(room, left);
    }
    return true;
  }

  /** Delivers an invite to the invited user's server, and takes it into the room with that server's signature. */
  async invite({ roomId, eventId, userId, pdu }: RemoteInvite): Promise<void> {
    const { rooms, client, keys, keyRing, receiver, policies } = this.#parts;
    const room = await rooms.load(rooms.get(roomId));
    const server = serverOf(userId) ?? "";
    const event = await policies.recommended(room, keys.sign(pdu, room.rules));
    const shown = await shownState(this.#parts, room);
    const path = { roomId: roomId as RoomId, eventId: eventId as EventId };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- PDUs are JSON objects
    const body = { room_version: room.version, event, invite_room_state: shown } as SendInviteV2Request["body"];
    const answer = await sendInvite(client, server, { path, body }, { ignoreBackoff: true });
    const [checked] = await verifyPdus(keyRing, [answer], { rules: room.rules, giver: server });
    const signed = checked?.pdu?.eventId === eventId ? checked.pdu : undefined;
    if (!signed) throw new FederatedError("BAD_EVENT", `${server} gave another invite back`);
    const { outcome, reason } = await receiver.receive(room, signed);
    if (outcome === "rejected" || outcome === "soft-failed") throw new RoomError("FORBIDDEN", reason ?? "the invite is not allowed");
  }

  #isHere(room: Room): Promise<boolean> {
    return this.#parts.roomServers.isHere(room);
  }

  async #isHereById(roomId: string): Promise<boolean> {
    const room = this.#parts.rooms.find(roomId);
    return room !== undefined && (await this.#isHere(room));
  }

  /** Whether this server can let a user in by itself: into a restricted room it may take another one's word. */
  async #canLetIn(room: Room, userId: string): Promise<boolean> {
    const { rooms, roomServers } = this.#parts;
    // Who is banned, and who may let others in, only those know who know all members.
    if (rooms.partial.of(room.nid)) return false;
    const loaded = await rooms.load(room);
    const rules = await stateEvent(rooms, loaded, "m.room.join_rules");
    const membership = await membershipOf(rooms, loaded, userId);
    const allowed = restrictedRooms(rules?.content ?? {});
    // Where no rooms are named nobody else knows better.
    if (allowed === undefined || allowed.length === 0 || membership === "invite" || membership === "join") return true;
    if ((await restrictedJoinAuthoriser(rooms, loaded, userId)) !== undefined) return true;
    return (await roomServers.joined(room)).length <= 1;
  }

  /** The servers that may help: those that were named and the one that has invited, or else those that were in the room, and the room's own. */
  async #serversFor({ roomId, userId, via }: RoomByServers, room: Room | undefined): Promise<string[]> {
    const { roomServers } = this.#parts;
    const inviter = room && (await this.#inviter(room, userId));
    const present = room ? await roomServers.joined(room) : [];
    const own = serverOf(roomId);
    const named = this.#others([...via, inviter]);
    // Whoever names servers means those: the others are guesses.
    return named.length > 0 ? named : this.#others([...present, own]);
  }

  /** Those of some servers that may be asked, each once. */
  #others(servers: readonly (string | undefined)[]): string[] {
    const { rooms, mayAsk } = this.#parts;
    return [...new Set(servers)].filter((server) => server !== undefined && server !== rooms.core.serverName && mayAsk(server)) as string[];
  }

  async #inviter(room: Room, userId: string): Promise<string | undefined> {
    const { rooms } = this.#parts;
    const userNid = await rooms.core.users.find(userId);
    const membership = userNid === undefined ? undefined : (await rooms.load(room)).view.members.get(userNid);
    const event = membership && membership.membership !== "leave" ? await rooms.events.get(membership.eventNid) : undefined;
    return event && serverOf(event.fields.sender);
  }

  /** Ends a membership for this server alone, where no other can be reached. */
  async #leaveAlone(room: Room, { userId, content }: RoomAndUser): Promise<void> {
    const { rooms, keys, noteOutside } = this.#parts;
    const { rules } = room;
    const userNid = await rooms.core.users.find(userId);
    const membership = userNid === undefined ? undefined : (await rooms.load(room)).view.members.get(userNid);
    const before = membership && (await rooms.events.get(membership.eventNid));
    if (!before) throw new RoomError("ROOM_NOT_FOUND", "you are not in the room");
    const reference = toEventReference(before.eventId, rules.eventsReferenceFormat === "id" ? "" : referenceHash(before.pdu, rules), rules);
    const built = buildPdu(
      {
        type: "m.room.member",
        state_key: userId,
        sender: userId,
        room_id: room.id,
        origin_server_ts: rooms.core.clock.now(),
        content: { ...content, membership: "leave" },
        event_id: rules.eventFormat.requireEventId ? createEventId(keys.serverName) : undefined,
      },
      { prevEvents: [reference], authEvents: [reference], depth: before.fields.depth + 1 },
      rules,
      { server: keys.serverName, key: keys.signingKey },
    );
    await noteOutside({ roomId: room.id, version: room.version, event: fromFederation(built.pdu, rules) });
  }
}
