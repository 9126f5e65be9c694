import { setImmediate } from "node:timers/promises";
import { FilterDefinition } from "@patrix/client-api";
import { isAtOrAfter, isCovered, lastCovered, type PositionVector } from "../../log/position.ts";
import type { LoadedRoom, Room } from "../../rooms/room.ts";
import type { Rooms, UserMembership } from "../../rooms/rooms.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { findStateKey } from "../../rooms/state/state-key.ts";
import type { Typing } from "../../rooms/ephemeral/typing.ts";
import { DeviceListChanges } from "../cuts/device-list-changes.ts";
import { compileEventFilter, roomMatcher, typeMatcher } from "../../rooms/read/event-filter.ts";
import { type JoinedRooms, type RenderedRoom, type RoomRequest, type RoomSpan } from "./joined-room.ts";
import type { RoomTimelines } from "../cuts/room-timelines.ts";
import { renderStrippedState } from "../../rooms/membership/stripped-state.ts";
import type { AccountDataItem, SyncDevice, SyncSources } from "../cuts/sync-sources.ts";
import { formatSyncToken, parseSyncToken, type SyncToken } from "../sync-token.ts";

/** The longest that a sync waits for something new, in milliseconds. */
const MAX_TIMEOUT_MS = 120_000;
/** How long an answer is computed before others get their turn, in milliseconds. */
const SLICE_MS = 10;
/** How many events of a room are sent if the filter does not say. */
const DEFAULT_TIMELINE_LIMIT = 10;

/** What a client asks of a sync. */
export interface SyncQuery {
  readonly filter?: string | FilterDefinition | undefined;
  readonly since?: string | undefined;
  readonly full_state?: boolean | undefined;
  readonly timeout?: number | undefined;
  readonly use_state_after?: boolean | undefined;
}

/** Why a sync cannot be answered. */
export class SyncError extends Error {
  override readonly name = "SyncError";
  readonly code: "INVALID_TOKEN" | "UNKNOWN_FILTER" | "LOGGED_OUT";
  constructor(code: SyncError["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** What sync is made of. */
export interface SyncParts {
  readonly rooms: Rooms;
  readonly typing: Typing;
  readonly timelines: RoomTimelines;
  readonly joinedRooms: JoinedRooms;
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

/**
 * Answers `/sync`: what is new between two cuts through the log. The same token and the same log give the same answer.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#syncing}
 */
export class Sync {
  readonly #parts: SyncParts;

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  /**
   * Waits until there is something new, at most as long as the client asks, and renders it as JSON.
   *
   * @throws {SyncError} `INVALID_TOKEN`, `UNKNOWN_FILTER` or `LOGGED_OUT`.
   */
  async sync(device: SyncDevice, query: SyncQuery, signal: AbortSignal): Promise<string> {
    const { core } = this.#parts.rooms;
    const since = query.since === undefined ? undefined : this.#readToken(query.since);
    const filter = await this.#readFilter(device, query.filter);
    if (since) await this.#parts.sources.acknowledgeToDevice(device, since.positions);
    const deadline = core.clock.now() + Math.min(Math.max(query.timeout ?? 0, 0), MAX_TIMEOUT_MS);
    using waiter = core.wakeUps.register(device.userNid);
    for (;;) {
      const memberships = await this.#parts.rooms.ofUser(device.userNid);
      // The cut and the memberships are taken in one go: both move on while the answer is computed.
      const now: SyncToken = { positions: core.log.committed, typing: this.#parts.typing.serial };
      const { json, isEmpty } = await this.#compute(device, filter, query, since, now, [...memberships]);
      const remaining = deadline - core.clock.now();
      if (!isEmpty || !since || query.full_state || remaining <= 0 || signal.aborted) return json;
      const touched = await waiter.wait(remaining, signal);
      if (touched && !(await this.#parts.sources.isLoggedIn(device.deviceNid)))
        throw new SyncError("LOGGED_OUT", "the device was logged out");
    }
  }

  #readToken(text: string): SyncToken {
    const { core } = this.#parts.rooms;
    const token = parseSyncToken(text);
    if (!token || token.positions.length !== core.log.shards) throw new SyncError("INVALID_TOKEN", "since: not a token of this server");
    // A token from the future comes from another database, or from before a backup was restored.
    if (!isAtOrAfter(core.log.committed, token.positions)) throw new SyncError("INVALID_TOKEN", "since: the token is ahead of this server");
    return token.typing > this.#parts.typing.serial ? { ...token, typing: 0 } : token;
  }

  async #readFilter(device: SyncDevice, filter: SyncQuery["filter"]): Promise<FilterDefinition> {
    if (typeof filter !== "string") return filter ?? {};
    const stored = await this.#parts.sources.storedFilter(device.userNid, filter);
    const result = FilterDefinition.safeParse(stored);
    if (!result.ok) throw new SyncError("UNKNOWN_FILTER", `filter: there is no filter ${filter}`);
    return result.value;
  }

  async #compute(
    device: SyncDevice,
    filter: FilterDefinition,
    query: SyncQuery,
    since: SyncToken | undefined,
    now: SyncToken,
    memberships: Memberships,
  ): Promise<{ json: string; isEmpty: boolean }> {
    const { rooms, sources } = this.#parts;
    const request: RoomRequest = {
      device,
      since: since?.positions,
      now: now.positions,
      typingSince: since?.typing ?? 0,
      timelineFilter: compileEventFilter(filter.room?.timeline, DEFAULT_TIMELINE_LIMIT),
      stateFilter: compileEventFilter(filter.room?.state, 0),
      ephemeralFilter: { includesRoom: roomMatcher(filter.room?.ephemeral), matchesType: typeMatcher(filter.room?.ephemeral) },
      fullState: query.full_state ?? false,
      useStateAfter: query.use_state_after ?? false,
    };
    const accountData = await sources.accountData(device.userNid, since?.positions);
    const deviceLists = new DeviceListChanges(rooms, device.userNid);
    const sections = await this.#rooms(request, filter, accountData, memberships, deviceLists);
    const toDevice = await sources.toDevice(device, since?.positions, now.positions);
    if (since) deviceLists.addChanged(await sources.changedDeviceLists(device.userNid, since.positions, now.positions));
    const lists = since ? await deviceLists.render() : undefined;
    const matchesType = typeMatcher(filter.account_data);
    const global = accountData.filter((item) => item.roomNid === 0 && (matchesType?.(item.type) ?? true)).map(renderAccountData);
    const roomsJson = (["join", "invite", "knock", "leave"] as const).filter((name) => sections[name].length > 0);
    const isEmpty = roomsJson.length === 0 && toDevice.length === 0 && global.length === 0 && lists === undefined;
    const members = [`"next_batch":"${formatSyncToken(now)}"`];
    if (global.length > 0) members.push(`"account_data":{"events":[${global.join(",")}]}`);
    if (roomsJson.length > 0) members.push(`"rooms":{${roomsJson.map((name) => `"${name}":{${sections[name].join(",")}}`).join(",")}}`);
    if (toDevice.length > 0) members.push(`"to_device":{"events":[${toDevice.join(",")}]}`);
    if (lists !== undefined) members.push(`"device_lists":${lists}`);
    members.push(`"device_one_time_keys_count":${JSON.stringify(await sources.oneTimeKeyCounts(device.deviceNid))}`);
    members.push(`"device_unused_fallback_key_types":${JSON.stringify(await sources.unusedFallbackKeyTypes(device.deviceNid))}`);
    return { json: `{${members.join(",")}}`, isEmpty };
  }

  async #rooms(
    request: RoomRequest,
    filter: FilterDefinition,
    accountData: readonly AccountDataItem[],
    memberships: Memberships,
    deviceLists: DeviceListChanges,
  ): Promise<Sections> {
    const { rooms } = this.#parts;
    const sections: Sections = { join: [], invite: [], knock: [], leave: [] };
    const includes = roomMatcher(filter.room);
    const matchesType = typeMatcher(filter.room?.account_data);
    const byRoom = new Map<number, AccountDataItem[]>();
    for (const item of accountData) {
      if (item.roomNid !== 0 && (matchesType?.(item.type) ?? true)) byRoom.set(item.roomNid, [...(byRoom.get(item.roomNid) ?? []), item]);
    }
    let startedMs = performance.now();
    for (const [roomNid, membership] of memberships) {
      if (performance.now() - startedMs > SLICE_MS) {
        await setImmediate();
        startedMs = performance.now();
      }
      const room = rooms.byNid(roomNid);
      if (!room || !includes(room.id) || membership.forgotten) continue;
      const own = (byRoom.get(roomNid) ?? []).map(renderAccountData);
      await this.#room(room, membership, own, request, { filter, sections, deviceLists });
    }
    return sections;
  }

  async #room(
    room: Room,
    membership: UserMembership,
    accountData: readonly string[],
    request: RoomRequest,
    { filter, sections, deviceLists }: { filter: FilterDefinition; sections: Sections; deviceLists: DeviceListChanges },
  ): Promise<void> {
    const { rooms, joinedRooms } = this.#parts;
    const isNew = !request.since || !isCovered(request.since, membership.eventNid);
    const key = JSON.stringify(room.id);
    if (membership.membership === "join") {
      if (!isNew && accountData.length === 0 && !request.fullState && !joinedRooms.hasNews(room, room.lastPos, request)) return;
      const loaded = await rooms.load(room);
      const span = await this.#joinedSpan(loaded, membership, request);
      const rendered = await joinedRooms.renderJoined(loaded, span, accountData, request);
      if (rendered) sections.join.push(`${key}:${rendered.json}`);
      if (span.above === undefined) deviceLists.addRoom(loaded);
      if (rendered) deviceLists.addMembers(rendered.changedMembers);
      return;
    }
    if (!isNew && !(request.fullState && membership.membership === "invite")) return;
    const loaded = await rooms.load(room);
    if (membership.membership === "invite" || membership.membership === "knock") {
      const stripped = await renderStrippedState(rooms, loaded, request.device.userId);
      sections[membership.membership].push(`${key}:{"${membership.membership}_state":{"events":[${stripped.join(",")}]}}`);
      return;
    }
    if (!request.since && !filter.room?.include_leave) return;
    const left = await this.#left(loaded, membership, accountData, request);
    if (left) sections.leave.push(`${key}:${left.json}`);
    if (left) await deviceLists.addLeftRoom(loaded);
  }

  /** Where the client's knowledge of a joined room ends; nowhere if the user was not joined then. */
  async #joinedSpan(room: LoadedRoom, membership: UserMembership, { since, now, device }: RoomRequest): Promise<RoomSpan> {
    const upTo = lastCovered(now, room.shard);
    const stateAfter = room.view.lastPos <= upTo ? room.view.state : await this.#parts.timelines.stateAt(room, upTo);
    if (!since) return { above: undefined, upTo, stateAfter };
    const above = lastCovered(since, room.shard);
    const wasJoined = isCovered(since, membership.eventNid) || (await this.#membershipAt(room, device.userId, above)) === "join";
    return { above: wasJoined ? above : undefined, upTo, stateAfter };
  }

  async #left(
    room: LoadedRoom,
    membership: UserMembership,
    accountData: readonly string[],
    request: RoomRequest,
  ): Promise<RenderedRoom | undefined> {
    const { rooms, timelines, joinedRooms } = this.#parts;
    const event = await rooms.events.get(membership.eventNid);
    if (!event) return undefined;
    const stateAfter = await timelines.stateAfter(room, event);
    const wasJoined = (await this.#memberBefore(event)) === "join";
    const since = request.since && lastCovered(request.since, room.shard);
    const knew = since !== undefined && (await this.#membershipAt(room, request.device.userId, since)) === "join";
    // One who was never in sees only that the invite or knock is over.
    const above = wasJoined ? (knew ? since : undefined) : event.nid - 1;
    return joinedRooms.renderLeft(room, { above, upTo: event.nid, stateAfter }, accountData, request);
  }

  async #memberBefore(event: StoredEvent): Promise<unknown> {
    const { replacesNid } = event.fields;
    return replacesNid === null ? undefined : (await this.#parts.rooms.events.get(replacesNid))?.content["membership"];
  }

  async #membershipAt(room: LoadedRoom, userId: string, pos: number): Promise<unknown> {
    const { rooms, timelines } = this.#parts;
    const skey = await findStateKey(rooms.core, "m.room.member", userId);
    const nid = skey === undefined ? undefined : (await timelines.stateAt(room, pos)).get(skey);
    return nid === undefined ? undefined : (await rooms.events.get(nid))?.content["membership"];
  }
}

function renderAccountData({ type, json }: AccountDataItem): string {
  return `{"type":${JSON.stringify(type)},"content":${json}}`;
}

/** The newest position that a token covers in a room's shard, for pagination that starts at a sync token. */
export function timelinePositionOf(positions: PositionVector, shard: number): number {
  return lastCovered(positions, shard);
}
