import type { JsonObject } from "@patrix/api";
import { getPublicRooms, queryProfile, queryPublicRooms, queryRoomDirectory } from "@patrix/federation-api";
import type { Edu } from "@patrix/events";
import { answeredError, type FederationRequestOptions, isFederationError } from "@patrix/federation";
import type { RoomAlias, UserId } from "@patrix/identifiers";
import { serverOf } from "@patrix/signatures";
import type { BackgroundFailure } from "../background.ts";
import { UnreachableError } from "../errors.ts";
import { devicesOfOthers, isShared, sharingServers } from "./devices-of-others.ts";
import { mediaOfOthers } from "./media-of-others.ts";
import type { Core } from "../log/core.ts";
import type { OtherServers } from "../other-servers.ts";
import type { RoomParts } from "../rooms/open-rooms.ts";
import type { Room } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { FederatedError } from "./errors.ts";
import { ServerAcls } from "./server-acl.ts";
import { Sender } from "./destinations/sender.ts";
import { RoomAnswers } from "./history/room-answers.ts";
import { RemotePreviews } from "./history/remote-previews.ts";
import { Backfill } from "./history/backfill.ts";
import { RoomHistory } from "./history/room-history.ts";
import { EduIntake, type TakeEdu } from "./intake/edu-intake.ts";
import { OutsideEvents } from "./intake/outside-events.ts";
import { PduIntake } from "./intake/pdu-intake.ts";
import { Transactions } from "./intake/transactions.ts";
import type { OwnKeys } from "./keys/own-keys.ts";
import { RemoteMemberships } from "./membership/remote-memberships.ts";
import { type RoomCompletionParts, RoomCompletions } from "./membership/room-completions.ts";
import type { Network } from "./network.ts";
import { RoomPolicies } from "./policy/room-policies.ts";
import { RoomServers } from "./room-servers.ts";
import { SignedEvents } from "./signed-events.ts";
import { followPresence } from "./destinations/follow-presence.ts";
import { takePresence } from "./intake/take-presence.ts";
import { followEphemeral } from "./destinations/follow-ephemeral.ts";

/** What the federation is made of. */
export interface FederationParts extends Network {
  readonly rooms: Rooms;
  readonly keys: OwnKeys;
  readonly acls: ServerAcls;
  readonly roomServers: RoomServers;
  readonly signed: SignedEvents;
  readonly sender: Sender;
  readonly intake: PduIntake;
  readonly transactions: Transactions;
  readonly answers: RoomAnswers;
  readonly memberships: RemoteMemberships;
  readonly completions: RoomCompletions;
  readonly backfill: Backfill;
  readonly history: RoomHistory;
  readonly previews: RemotePreviews;
  /** Whether this server talks to another one. */
  readonly mayAsk: (server: string) => boolean;
  /** Tries a server again at once: it was heard from, or an operator asks for it. */
  readonly retry: (server: string) => Promise<void>;
  /** Told of what fails while nobody waits for it. */
  readonly unexpected: BackgroundFailure;
}

/** How the federation is opened. */
export interface FederationSettings {
  readonly keys: OwnKeys;
  readonly network: Network;
  /** The servers that this one talks to; all if left out. */
  readonly allow?: readonly string[] | undefined;
  readonly deny: readonly string[];
  /** Whether rooms are joined without their members, who come afterwards. */
  readonly joinsWithoutMembers: boolean;
  /** Tells servers that turn out to be in a room of the devices of its users. */
  readonly announceDevices: (room: Room, servers: readonly string[]) => Promise<void>;
  /** What takes in EDUs that are not about rooms, by their type. */
  readonly edus: Readonly<Record<string, TakeEdu>>;
  /** Puts into an EDU what is current when it is sent. */
  readonly complete: (edu: Edu) => Promise<Edu>;
  readonly failed: (what: string, error: unknown, detail: object) => void;
}

/** Opens the federation over the rooms of a server. */
export async function openFederation(rooms: RoomParts, settings: FederationSettings): Promise<FederationParts> {
  const { keys, network, allow, deny, edus, complete, failed, joinsWithoutMembers: withoutMembers, announceDevices } = settings;
  const { client, keyRing } = network;
  const [allowed, denied] = [allow && new Set(allow), new Set(deny)];
  const mayAsk = (server: string): boolean => (!allowed || allowed.has(server)) && !denied.has(server);
  const roomServers = new RoomServers(rooms.rooms);
  const acls = new ServerAcls(rooms.rooms);
  const signed = new SignedEvents(keys);
  const policies = await RoomPolicies.open({ ...rooms, client, keys, roomServers });
  const base = { ...rooms, client, keyRing, keys, roomServers, acls, signed, mayAsk, policies };
  const history = new RoomHistory(base);
  const intake = new PduIntake({ ...base, history });
  const unexpected: BackgroundFailure = (what, error) => failed(what, error, {});
  const sender = await Sender.open({
    ...base,
    complete,
    unexpected,
    failed: (server, error, retryMs) => failed("a server could not be reached", error, { server, retry_ms: retryMs }),
  });
  followEphemeral(rooms, { roomServers, sender, failed: unexpected });
  followPresence(rooms, { sharing: (userNid) => sharingServers(base, userNid), sender, failed: unexpected });
  const transactions = new Transactions({
    ...base,
    intake,
    edus: new EduIntake({ ...base, others: { ...edus, "m.presence": takePresence(rooms, (userNid) => isShared(base, userNid)) } }),
    outside: new OutsideEvents(rooms),
    failed: (origin, error) => failed("something of a transaction could not be taken in", error, { origin }),
  });
  const completions = openCompletions({ ...base, history, sender, unexpected }, announceDevices);
  return {
    ...network,
    rooms: rooms.rooms,
    keys,
    acls,
    roomServers,
    signed,
    sender,
    intake,
    transactions,
    answers: new RoomAnswers(base),
    backfill: new Backfill({ ...base, history }),
    history,
    previews: new RemotePreviews(base),
    memberships: new RemoteMemberships({
      ...base,
      history,
      withoutMembers,
      passOver: (eventId) => sender.passOver(eventId),
      settled: (server, patienceMs) => sender.settled(server, patienceMs),
    }),
    completions,
    mayAsk,
    retry: async (server) => {
      // That it was left alone is forgotten before anybody asks it again.
      await client.heardFrom(server);
      sender.heardFrom(server);
      completions.heardFrom(server);
    },
    unexpected,
  };
}

/** Opens what fetches the members of rooms that were joined without them. */
function openCompletions(
  parts: Omit<RoomCompletionParts, "owe" | "completed" | "failed"> & Pick<FederationParts, "sender" | "unexpected">,
  announceDevices: FederationSettings["announceDevices"],
): RoomCompletions {
  const owe: RoomCompletionParts["owe"] = (room, servers, after) => parts.sender.owe(room, servers, after);
  return new RoomCompletions({ ...parts, owe, completed: announceDevices, failed: parts.unexpected });
}

/** Whoever looks for somebody or something at one server has it asked although it has failed: it may be back. */
const SOMEBODY_WAITS: FederationRequestOptions = { ignoreBackoff: true, timeoutMs: 30_000 };

/** What requests of this server's users need of other servers. */
export function otherServersBy(
  federation: () => FederationParts | undefined,
  { serverName: ownName, clock }: Pick<Core, "serverName" | "clock">,
): OtherServers {
  const parts = (): FederationParts => {
    const known = federation();
    if (!known) throw new UnreachableError(ownName, "the federation is not open yet");
    return known;
  };
  const refusal: OtherServers["refusal"] = (server) =>
    server === ownName || parts().mayAsk(server) ? undefined : new UnreachableError(server, "this server does not federate with it");
  const ask = async <T>(server: string, request: (client: Network["client"]) => Promise<T>): Promise<T> => {
    const refused = refusal(server);
    if (refused) throw refused;
    try {
      return await request(parts().client);
    } catch (error) {
      if (isFederationError(error)) throw new UnreachableError(server, error.message);
      const answer = answeredError(error);
      throw answer ? new FederatedError("REFUSED", `${server}: ${answer.message}`, { answer }) : error;
    }
  };
  return {
    refusal,
    ...devicesOfOthers(parts, ask),
    openMedia: mediaOfOthers(parts, refusal, clock),
    join: (wanted) => parts().memberships.join(wanted),
    knock: (wanted) => parts().memberships.knock(wanted),
    leave: (left) => parts().memberships.leave(left),
    invite: (invite) => ask(serverOf(invite.userId) ?? "", () => parts().memberships.invite(invite)),
    isHere: (room) => parts().roomServers.isHere(room),
    preview: (roomId, via) => parts().previews.of(roomId, via),
    eventAtTime: (room, query) => parts().history.eventAtTime(room, query),
    hasGaps: (room) => parts().backfill.isMissing(room),
    moreHistory: (room, stretch) => parts().backfill.more(room, stretch),
    roomOfAlias: async (alias) => {
      const query = { room_alias: alias as RoomAlias };
      const found = await unlessNotFound(
        ask(serverOf(alias) ?? "", (client) => client.request(serverOf(alias) ?? "", queryRoomDirectory, { query }, SOMEBODY_WAITS)),
      );
      return found && { roomId: found.room_id, servers: found.servers };
    },
    profile: async (userId, field) => {
      const query = { user_id: userId as UserId, ...(field !== undefined && { field }) };
      const found = await unlessNotFound(
        ask(serverOf(userId) ?? "", (client) => client.request(serverOf(userId) ?? "", queryProfile, { query }, SOMEBODY_WAITS)),
      );
      return found && withoutNulls({ ...found });
    },
    publicRooms: async (server, request) => {
      const { limit, since, filter } = request;
      const page = { ...(limit !== undefined && { limit }), ...(since !== undefined && { since }) };
      if (!filter) return ask(server, (client) => client.request(server, getPublicRooms, { query: page }, SOMEBODY_WAITS));
      const body = { ...page, filter: { ...filter, room_types: filter.room_types && [...filter.room_types] } };
      return ask(server, (client) => client.request(server, queryPublicRooms, { body }, SOMEBODY_WAITS));
    },
  };
}

/** What was found; nothing where the other server says that there is nothing. */
async function unlessNotFound<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof FederatedError && error.answer?.status === 404) return undefined;
    throw error;
  }
}

function withoutNulls(profile: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== null));
}
