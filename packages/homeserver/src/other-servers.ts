import type { JsonObject } from "@patrix/api";
import type { PublicRoomsResponse, SpaceHierarchyRoom } from "@patrix/client-api";
import type { Edu } from "@patrix/events";
import { serverOf } from "@patrix/signatures";
import { UnreachableError } from "./errors.ts";
import type { Room, RoomHandle } from "./rooms/room.ts";
import type { Stretch } from "./rooms/timeline/timelines.ts";
import type { WriteOperation } from "./store/statement.ts";

/** A user of this server and a room that may be one of other servers. */
export interface RoomAndUser {
  readonly roomId: string;
  readonly userId: string;
  /** What the membership says besides that. */
  readonly content: JsonObject;
}

/** As {@link RoomAndUser}, with servers that know the room. */
export interface RoomByServers extends RoomAndUser {
  readonly via: readonly string[];
}

/** An invite of another server's user: the event as it is built here. */
export interface RemoteInvite {
  readonly roomId: string;
  readonly eventId: string;
  readonly userId: string;
  readonly pdu: JsonObject;
}

/** An EDU that must reach a server. */
export interface OutgoingEdu {
  readonly server: string;
  readonly edu: Edu;
}

/** What must reach other servers, whatever happens to either: they get it in the order of its commits. */
export interface Outbox {
  /** What stores EDUs. It must be appended to the log in the same tick, since the EDUs are numbered here. */
  readonly store: (edus: readonly OutgoingEdu[]) => WriteOperation[];
  /** Begins to send what was stored for some servers. */
  readonly note: (servers: Iterable<string>) => void;
}

/** A question to another server about its users' keys: devices by user, all if there are none. */
export type WantedDevices = Readonly<Record<string, readonly string[]>>;

/** Keys of users as their server has them. Nothing is checked but the form. */
export interface KeysOfOthers {
  /** By user and device ID. */
  readonly devices: Readonly<Record<string, Readonly<Record<string, JsonObject>>>>;
  /** By user. */
  readonly master: Readonly<Record<string, JsonObject>>;
  /** By user. */
  readonly selfSigning: Readonly<Record<string, JsonObject>>;
}

/** All devices of a user as the user's server has them. Nothing is checked but the form. */
export interface DeviceListOfOther {
  readonly userId: string;
  readonly streamId: number;
  readonly devices: readonly { readonly deviceId: string; readonly keys: JsonObject; readonly name: string | undefined }[];
  readonly master: JsonObject | undefined;
  readonly selfSigning: JsonObject | undefined;
}

/** What devices and keys need of other servers. */
export interface DevicesOfOthers {
  readonly outbox: Outbox;
  /** The other servers of the rooms that a user is in; of all but one of them if that is left out. */
  readonly sharing: (userNid: number, exceptRoomNid?: number) => Promise<ReadonlySet<string>>;
  /** The servers of a room, this one among them. */
  readonly inRoom: (roomNid: number) => Promise<readonly string[]>;
  /** Whether a user is in a room that a user of this server is in. */
  readonly isShared: (userNid: number) => Promise<boolean>;
  readonly queryKeys: (server: string, wanted: WantedDevices, timeoutMs: number) => Promise<KeysOfOthers>;
  /** Claims one-time keys: algorithms by user and device. @returns Keys by user, device and key ID. */
  readonly claimKeys: (
    server: string,
    wanted: Readonly<Record<string, Readonly<Record<string, string>>>>,
    timeoutMs: number,
  ) => Promise<Readonly<Record<string, Readonly<Record<string, JsonObject>>>>>;
  readonly deviceList: (userId: string, timeoutMs: number) => Promise<DeviceListOfOther>;
}

/** A file of another server that has not been read. */
export interface FileOfOther {
  readonly contentType: string | undefined;
  readonly fileName: string | undefined;
  /** In pieces, as they come. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** A file that another server is asked for. */
export interface WantedFile {
  readonly mediaId: string;
  /** How long the server waits for one that is not uploaded yet, in milliseconds. */
  readonly waitMs: number;
  readonly maxBytes: number;
}

/** The other servers of the federation, as far as requests of this server's users need them. */
export interface OtherServers extends DevicesOfOthers {
  /** Opens a file of another server; `undefined` if it has none. */
  readonly openMedia: (serverName: string, wanted: WantedFile) => Promise<FileOfOther | undefined>;
  /** Why a server cannot be asked; `undefined` if it can, or is this one. */
  readonly refusal: (serverName: string) => UnreachableError | undefined;
  /** Joins a user by other servers. @returns Whether that was needed: if not, this server can let the user in by itself. */
  readonly join: (wanted: RoomByServers) => Promise<boolean>;
  /** Knocks by other servers. @returns Whether that was needed. */
  readonly knock: (wanted: RoomByServers) => Promise<boolean>;
  /** Rejects an invite, or takes back a knock, where this server is not in the room. @returns Whether that was needed. */
  readonly leave: (left: RoomAndUser) => Promise<boolean>;
  /** Delivers an invite to the invited user's server, and takes it into the room. */
  readonly invite: (invite: RemoteInvite) => Promise<void>;
  /** Whether some of a room's history is not here. */
  readonly hasGaps: (room: Room) => Promise<boolean>;
  /** Fetches more of a room's history: what is not here that events of a stretch follow, the newest of them first. @returns Whether some came. */
  readonly moreHistory: (room: Room, stretch: Stretch) => Promise<boolean>;
  /** The room that an alias of another server leads to, and servers that know it; `undefined` if there is none. */
  readonly roomOfAlias: (alias: string) => Promise<FoundRoom | undefined>;
  /** The profile of another server's user, one field of it or all; `undefined` if the server knows none. */
  readonly profile: (userId: string, field?: string) => Promise<JsonObject | undefined>;
  /** Whether this server is in a room, and so knows what it is now. */
  readonly isHere: (room: RoomHandle) => Promise<boolean>;
  /** What other servers say of a room that this one is not in; `undefined` if none says anything. */
  readonly preview: (roomId: string, via: readonly string[]) => Promise<RemotePreview | undefined>;
  /** The event of a room that is closest to a time, as other servers say; it is stored then. */
  readonly eventAtTime: (room: Room, query: { readonly ts: number; readonly backward: boolean }) => Promise<string | undefined>;
  /** A page of the published rooms of another server. */
  readonly publicRooms: (serverName: string, request: RemoteDirectoryRequest) => Promise<PublicRoomsResponse>;
}

/** What is wanted of another server's directory. */
export interface RemoteDirectoryRequest {
  readonly limit?: number | undefined;
  readonly since?: string | undefined;
  readonly filter?:
    | { readonly generic_search_term?: string | undefined; readonly room_types?: readonly (string | null)[] | undefined }
    | undefined;
}

/** What another server says of a room. */
export interface RemotePreview {
  readonly room: SpaceHierarchyRoom;
}

/** A room that another server knows. */
export interface FoundRoom {
  readonly roomId: string;
  readonly servers: readonly string[];
}

/** Other servers where there is no federation: none can be asked, and whoever needs one is told so. */
export function noFederation(ownName: string): OtherServers {
  const refusal: OtherServers["refusal"] = (serverName) =>
    serverName === ownName ? undefined : new UnreachableError(serverName, "this server does not federate with others");
  const refuse = (serverName: string): never => {
    throw refusal(serverName) ?? new UnreachableError(serverName, "it is this one");
  };
  return {
    refusal,
    join: async () => false,
    knock: async () => false,
    leave: async () => false,
    invite: async ({ userId }) => refuse(serverOf(userId) ?? ""),
    hasGaps: async () => false,
    moreHistory: async () => false,
    roomOfAlias: async () => undefined,
    isHere: async () => true,
    preview: async () => undefined,
    eventAtTime: async () => undefined,
    profile: async () => undefined,
    publicRooms: async (serverName) => refuse(serverName),
    openMedia: async () => undefined,
    outbox: { store: () => [], note: () => {} },
    sharing: async () => new Set(),
    inRoom: async () => [],
    isShared: async () => false,
    queryKeys: async (serverName) => refuse(serverName),
    claimKeys: async (serverName) => refuse(serverName),
    deviceList: async (userId) => refuse(serverOf(userId) ?? ""),
  };
}

/** Checks that the servers of users can be asked. @throws {UnreachableError} */
export function requireReachable({ refusal }: Pick<OtherServers, "refusal">, userIds: Iterable<string>): void {
  for (const userId of userIds) {
    const server = serverOf(userId);
    const refused = server === undefined ? undefined : refusal(server);
    if (refused) throw refused;
  }
}
