import type { FilterDefinition } from "@patrix/client-api";
import { LruCache } from "@patrix/concurrency";
import { OverloadedError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { isCovered } from "../../log/position.ts";
import { renderStrippedState } from "../../rooms/membership/stripped-state.ts";
import type { Typing } from "../../rooms/ephemeral/typing.ts";
import type { Room } from "../../rooms/room.ts";
import type { Rooms, UserMembership } from "../../rooms/rooms.ts";
import { nextTurn, turnIfDue } from "../../turns.ts";
import { type ChangedDeviceLists, DeviceListChanges } from "../cuts/device-list-changes.ts";
import { deviceListsBetween } from "../cuts/device-list-span.ts";
import type { RoomRequest, RoomUpdates } from "../cuts/room-updates.ts";
import type { AccountDataItem, SyncDevice, SyncSources } from "../cuts/sync-sources.ts";
import { SyncError } from "../errors.ts";
import { formatSyncToken, readSyncToken, type SyncToken } from "../sync-token.ts";
import { compileSyncFilter, readSyncFilter, type SyncFilter } from "./sync-filter.ts";
import { isEmptyUpdate, type RoomWriting, writeAccountData, writeJoinedRoom, writeLeftRoom } from "./write-room.ts";

/** The longest that a sync waits for something new, in milliseconds. */
const MAX_TIMEOUT_MS = 120_000;
/** The bytes of stored filters, as JSON, that are kept in memory. */
const FILTER_BYTES = 4 * 1024 * 1024;

/** What a client asks of a sync. */
export interface SyncQuery {
  readonly filter?: string | FilterDefinition | undefined;
  readonly since?: string | undefined;
  readonly full_state?: boolean | undefined;
  readonly timeout?: number | undefined;
  readonly use_state_after?: boolean | undefined;
}

/** What sync is made of. */
export interface SyncParts {
  readonly rooms: Rooms;
  readonly typing: Typing;
  readonly updates: RoomUpdates;
  readonly sources: SyncSources;
}

/** The rooms of a user with the membership in each. */
type Memberships = readonly (readonly [roomNid: number, membership: UserMembership])[];

/** The rooms of a response, by section, as JSON members. */
interface Sections {
  readonly join: string[];
  readonly invite: string[];
  readonly knock: string[];
  readonly leave: string[];
}

/** What every room of one response is read and written with. */
interface Responding {
  readonly filter: SyncFilter;
  readonly request: RoomRequest;
  readonly writing: RoomWriting;
  readonly sections: Sections;
  readonly deviceLists: DeviceListChanges;
}

/**
 * Answers `/sync`: what is new between two cuts through the log. The same token and the same log give the same answer.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#syncing}
 */
export class Sync {
  readonly #parts: SyncParts;
  /** Stored filters, which never change, by user and ID. */
  readonly #filters = new LruCache<string, SyncFilter>(FILTER_BYTES);

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  /**
   * Waits until there is something new, at most as long as the client asks, and writes it as JSON.
   *
   * @throws {SyncError} `INVALID_TOKEN`, `UNKNOWN_FILTER` or `LOGGED_OUT`.
   */
  async sync(device: SyncDevice, query: SyncQuery, signal: AbortSignal): Promise<string> {
    const { core } = this.#parts.rooms;
    const since = query.since === undefined ? undefined : this.#readToken(query.since);
    const filter = await this.#readFilter(device, query.filter);
    if (since) await this.#parts.sources.acknowledgeToDevice(device, since.positions);
    // A jump of the machine's clock neither ends nor lengthens the wait.
    const deadline = performance.now() + Math.min(Math.max(query.timeout ?? 0, 0), MAX_TIMEOUT_MS);
    if (core.wakeUps.countOf(device.userNid) >= limits.waitingSyncs.value)
      throw new OverloadedError("too many syncs of this user at once", 5_000);
    using waiter = core.wakeUps.register(device.userNid);
    for (;;) {
      await nextTurn();
      const memberships = await this.#parts.rooms.ofUser(device.userNid);
      // The cut and the memberships are taken in one go: both move on while the answer is computed.
      const now: SyncToken = { positions: core.log.committed, typing: this.#parts.typing.serial };
      const { json, isEmpty } = await this.#compute(device, filter, query, since, now, [...memberships]);
      const remaining = deadline - performance.now();
      if (!isEmpty || !since || query.full_state || remaining <= 0 || signal.aborted) return json;
      const touched = await waiter.wait(remaining, signal);
      if (touched && !(await this.#parts.sources.isLoggedIn(device.deviceNid)))
        throw new SyncError("LOGGED_OUT", "the device was logged out");
    }
  }

  /** Whose device lists changed between two sync tokens. @throws {SyncError} `INVALID_TOKEN`. */
  deviceListsBetween(device: SyncDevice, from: string, to: string): Promise<ChangedDeviceLists> {
    const { core } = this.#parts.rooms;
    const since = readSyncToken(core, "query parameter from", from).positions;
    const now = readSyncToken(core, "query parameter to", to).positions;
    return deviceListsBetween(this.#parts, device, { since, now });
  }

  #readToken(text: string): SyncToken {
    const token = readSyncToken(this.#parts.rooms.core, "since", text);
    return token.typing > this.#parts.typing.serial ? { ...token, typing: 0 } : token;
  }

  async #readFilter({ userNid }: SyncDevice, filter: SyncQuery["filter"]): Promise<SyncFilter> {
    if (typeof filter !== "string") return compileSyncFilter(filter ?? {});
    const key = `${userNid} ${filter}`;
    const known = this.#filters.get(key);
    if (known) return known;
    const json = await this.#parts.sources.storedFilter(userNid, filter);
    const stored = json === undefined ? undefined : readSyncFilter(json);
    if (!stored) throw new SyncError("UNKNOWN_FILTER", `filter: there is no filter ${filter}`);
    this.#filters.set(key, stored, json?.length);
    return stored;
  }

  async #compute(
    device: SyncDevice,
    filter: SyncFilter,
    query: SyncQuery,
    since: SyncToken | undefined,
    now: SyncToken,
    memberships: Memberships,
  ): Promise<{ json: string; isEmpty: boolean }> {
    const { rooms, sources } = this.#parts;
    const { userNid, deviceNid } = device;
    const request = { ...roomRequest(device, filter, query, since, now), ignored: await sources.ignoredUsers(userNid) };
    const sections: Sections = { join: [], invite: [], knock: [], leave: [] };
    const deviceLists = new DeviceListChanges(rooms, userNid);
    const writing: RoomWriting = {
      viewer: { userNid, deviceNid },
      useStateAfter: request.useStateAfter,
      format: filter.format,
      fields: filter.fields,
    };
    const accountData = await sources.accountData(userNid, since?.positions);
    await this.#rooms({ filter, request, writing, sections, deviceLists }, accountData, memberships);
    const toDevice = await sources.toDevice(device, since?.positions, now.positions);
    if (since) deviceLists.addChanged(await sources.changedDeviceLists(userNid, since.positions, now.positions));
    const lists = since ? await deviceLists.read() : undefined;
    const { matchesAccountData: matches } = filter;
    const global = accountData.filter((item) => item.roomNid === 0 && (matches?.(item.type) ?? true)).map(writeAccountData);
    const roomsJson = (["join", "invite", "knock", "leave"] as const).filter((name) => sections[name].length > 0);
    const isEmpty = roomsJson.length === 0 && toDevice.length === 0 && global.length === 0 && lists === undefined;
    const members = [`"next_batch":"${formatSyncToken(now)}"`];
    if (global.length > 0) members.push(`"account_data":{"events":[${global.join(",")}]}`);
    if (roomsJson.length > 0) members.push(`"rooms":{${roomsJson.map((name) => `"${name}":{${sections[name].join(",")}}`).join(",")}}`);
    if (toDevice.length > 0) members.push(`"to_device":{"events":[${toDevice.join(",")}]}`);
    if (lists !== undefined) members.push(`"device_lists":${JSON.stringify(lists)}`);
    members.push(`"device_one_time_keys_count":${JSON.stringify(await sources.oneTimeKeyCounts(deviceNid))}`);
    members.push(`"device_unused_fallback_key_types":${JSON.stringify(await sources.unusedFallbackKeyTypes(deviceNid))}`);
    return { json: `{${members.join(",")}}`, isEmpty };
  }

  async #rooms(responding: Responding, accountData: readonly AccountDataItem[], memberships: Memberships): Promise<void> {
    const { rooms } = this.#parts;
    const byRoom = groupByRoom(accountData, responding.filter.matchesRoomAccountData);
    for (const [roomNid, membership] of memberships) {
      const room = rooms.byNid(roomNid);
      const ofRoom = byRoom.get(roomNid) ?? nothing;
      // Most rooms of a user have no news, and are passed over without a pause.
      if (!room || !this.#mayTell(room, membership, ofRoom, responding)) continue;
      const turn = turnIfDue();
      if (turn) await turn;
      await this.#room(room, membership, ofRoom, responding);
    }
  }

  /** Whether there may be something to tell of a room. */
  #mayTell(room: Room, membership: UserMembership, accountData: readonly AccountDataItem[], { filter, request }: Responding): boolean {
    const isNew = !request.since || !isCovered(request.since, membership.pos);
    if (membership.membership === "join") {
      if (!isNew && accountData.length === 0 && !request.fullState && !this.#parts.updates.hasNews(room, request)) return false;
    } else if (!isNew && !(request.fullState && membership.membership === "invite")) return false;
    // That a room was left is told once, though it was forgotten meanwhile.
    return filter.includesRoom(room.id) && !(membership.forgotten && (!request.since || !isNew));
  }

  /** Whether an invite is not told: it comes from someone whom the user ignores, or the user wants none. */
  async #isUnwanted(membership: UserMembership, { device, ignored }: RoomRequest): Promise<boolean> {
    const { rooms, sources } = this.#parts;
    if (await sources.blocksInvites(device.userNid)) return true;
    const invite = ignored.size === 0 ? undefined : await rooms.events.get(membership.eventNid);
    return invite !== undefined && ignored.has(invite.fields.sender);
  }

  async #room(room: Room, membership: UserMembership, accountData: readonly AccountDataItem[], responding: Responding): Promise<void> {
    const { rooms, updates } = this.#parts;
    const { request, writing, sections, deviceLists, filter } = responding;
    if (membership.membership === "invite" && (await this.#isUnwanted(membership, request))) return;
    const key = JSON.stringify(room.id);
    if (membership.membership === "join") {
      const loaded = await rooms.load(room);
      const update = await updates.joined(loaded, membership, request);
      if (update.isNew) deviceLists.addRoom(loaded);
      if (isEmptyUpdate(update, accountData)) return;
      await deviceLists.addMembers(update.changedMembers);
      sections.join.push(`${key}:${await writeJoinedRoom(rooms, update, accountData, writing)}`);
      return;
    }
    const loaded = await rooms.load(room);
    if (membership.membership === "invite" || membership.membership === "knock") {
      const stripped = await renderStrippedState(rooms, loaded, request.device.userId);
      sections[membership.membership].push(`${key}:{"${membership.membership}_state":{"events":[${stripped.join(",")}]}}`);
      return;
    }
    if (!request.since && !filter.includeLeave) return;
    const update = await updates.left(loaded, membership, request);
    sections.leave.push(`${key}:${await writeLeftRoom(rooms, update, accountData, writing)}`);
    await deviceLists.addLeftRoom(loaded);
  }
}

const nothing: readonly AccountDataItem[] = [];

/** The account data of rooms that a filter wants, by room. */
function groupByRoom(
  items: readonly AccountDataItem[],
  matches: SyncFilter["matchesRoomAccountData"],
): ReadonlyMap<number, readonly AccountDataItem[]> {
  const byRoom = new Map<number, AccountDataItem[]>();
  for (const item of items) {
    if (item.roomNid === 0 || matches?.(item.type) === false) continue;
    const ofRoom = byRoom.get(item.roomNid);
    if (ofRoom) ofRoom.push(item);
    else byRoom.set(item.roomNid, [item]);
  }
  return byRoom;
}

function roomRequest(
  device: SyncDevice,
  filter: SyncFilter,
  query: SyncQuery,
  since: SyncToken | undefined,
  now: SyncToken,
): Omit<RoomRequest, "ignored"> {
  return {
    device,
    since: since?.positions,
    now: now.positions,
    typingSince: since?.typing ?? 0,
    timelineFilter: filter.timeline,
    stateFilter: filter.state,
    ephemeralFilter: filter.ephemeral,
    fullState: query.full_state ?? false,
    useStateAfter: query.use_state_after ?? false,
  };
}
