import type { PositionVector } from "../../log/position.ts";
import type { Ready } from "../../ready.ts";
import type { UnwantedInviters } from "../../rooms/membership/unwanted-invites.ts";
import type { LoadedRoom, Membership } from "../../rooms/room.ts";

/** A device and its user, as the one who syncs. */
export interface SyncDevice {
  readonly userNid: number;
  readonly userId: string;
  readonly deviceNid: number;
}

/** Account data as it is stored. */
export interface AccountDataItem {
  readonly roomNid: number;
  readonly type: string;
  /** The content as JSON. */
  readonly json: string;
}

/** What is unread in a thread. */
export interface UnreadThread {
  readonly notifies: number;
  readonly highlights: number;
}

/** As what a user has marked rooms. */
export interface RoomMarks {
  /** The IDs of rooms for direct messages. */
  readonly direct: ReadonlySet<string>;
  /** Tags by room. */
  readonly tags: ReadonlyMap<number, ReadonlySet<string>>;
}

/** Some messages to a device. */
export interface ToDevicePage {
  /** As JSON, oldest first. */
  readonly events: readonly string[];
  /** The position of the last one; that which they come after if there are none. */
  readonly last: number;
}

/** How a device stands that waits for news. */
export type DeviceStanding = "logged in" | "logged out" | "locked";

/** What sync shows of the features that it does not import; each reads the log between two cuts. */
export interface SyncSources {
  /** Account data that was last set between two cuts, or at any time up to `now`; global with room number 0. */
  accountData(
    userNid: number,
    span: { readonly since: PositionVector | undefined; readonly now: PositionVector },
  ): Ready<readonly AccountDataItem[]>;
  /** The next to-device messages for a device up to `now`, as JSON, oldest first. */
  toDevice(device: SyncDevice, since: PositionVector | undefined, now: PositionVector): Ready<readonly string[]>;
  /** Drops the to-device messages that the client has received, as its token says. */
  acknowledgeToDevice(device: SyncDevice, since: PositionVector): Promise<void> | undefined;
  /** The next messages for a device after a position and up to `now`, at most so many. */
  toDeviceAfter(
    device: SyncDevice,
    span: { readonly after: number; readonly now: PositionVector; readonly limit: number },
  ): Promise<ToDevicePage>;
  /** Drops the messages for a device up to a position, which the client has received. */
  dropToDevice(device: SyncDevice, upTo: number): Promise<void>;
  /** All account data of a user for a room. */
  accountDataOfRoom(userNid: number, roomNid: number): Promise<readonly Pick<AccountDataItem, "type" | "json">[]>;
  /** As what the user has marked rooms. */
  roomMarks(userNid: number): Promise<RoomMarks>;
  /** Users whose devices or keys changed between the cuts and who share a room with the user. */
  changedDeviceLists(userNid: number, since: PositionVector, now: PositionVector): Ready<readonly number[]>;
  /** How many one-time keys of each algorithm the server holds for a device. */
  oneTimeKeyCounts(deviceNid: number): Ready<Readonly<Record<string, number>>>;
  /** The algorithms with an unused fallback key. */
  unusedFallbackKeyTypes(deviceNid: number): Ready<readonly string[]>;
  /** The users whom the user ignores. */
  ignoredUsers(userNid: number): Ready<ReadonlySet<string>>;
  /** Tells whose invites the user does not want. */
  readonly unwantedInviters: UnwantedInviters;
  /** What a user who is joined to a room has not read of it, by thread: `main`, or the ID of its root. */
  unread(userNid: number, room: LoadedRoom, membership: Membership): Ready<ReadonlyMap<string, UnreadThread>>;
  /** Whether the device is still there, or was logged out or its account locked while it waited. */
  standingOf(deviceNid: number): Ready<DeviceStanding>;
  /** The user's stored filter, as JSON. */
  storedFilter(userNid: number, filterId: string): Promise<string | undefined>;
}
