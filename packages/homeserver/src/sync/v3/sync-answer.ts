import { isCovered } from "../../log/position.ts";
import { renderStrippedState } from "../../rooms/membership/stripped-state.ts";
import type { MembershipList } from "../../rooms/read/memberships-at.ts";
import { isLater, type Ready, whenReady } from "../../ready.ts";
import type { Presence } from "../../rooms/ephemeral/presence.ts";
import { presenceEvents } from "../cuts/presence-events.ts";
import type { Room } from "../../rooms/room.ts";
import { LOADED_AT_ONCE, type Rooms, type UserMembership } from "../../rooms/rooms.ts";
import { turnIfDue } from "../../turns.ts";
import { DeviceListChanges } from "../cuts/device-list-changes.ts";
import { loadsMembersLazily, type RoomRequest, type RoomUpdates } from "../cuts/room-updates.ts";
import type { AccountDataItem, SyncDevice, SyncSources } from "../cuts/sync-sources.ts";
import { formatSyncToken, type OwedRest, type SyncCut } from "../sync-token.ts";
import { RoomSections, type SyncBound } from "./sync-bound.ts";
import type { SyncFilter } from "./sync-filter.ts";
import { isEmptyUpdate, type RoomWriting, type StateName, writeJoinedRoom, writeLeftRoom } from "./write-room.ts";
import { writeAccountData } from "../cuts/write-parts.ts";

const nothing: readonly AccountDataItem[] = [];
const none: ReadonlyMap<number, readonly AccountDataItem[]> = new Map();
/** Larger than the number of every room and user: nothing of the kind is owed. */
const BEYOND_ALL = Number.MAX_SAFE_INTEGER;

/** What answers are made of. */
export interface AnswerParts {
  readonly rooms: Rooms;
  readonly updates: RoomUpdates;
  readonly sources: SyncSources;
  readonly bound: SyncBound;
  readonly presence: Presence;
}

/** What an answer is to tell: what is new to a device between two cuts, or what of it is still owed. */
export interface AskedAnswer {
  readonly device: SyncDevice;
  readonly filter: SyncFilter;
  readonly since: SyncCut | undefined;
  readonly now: SyncCut;
  /** What an earlier answer over the same span has left. */
  readonly owed: OwedRest | undefined;
  readonly fullState: boolean;
  readonly stateName: StateName;
}

/** An answer as JSON, and whether it tells nothing new. */
export interface SyncAnswer {
  readonly json: string;
  /** Its `next_batch`. */
  readonly token: string;
  readonly isEmpty: boolean;
}

/** Users whose keys have changed, and the last of them if there are more. */
interface ChangedUsers {
  readonly users: readonly number[];
  readonly last?: number;
}

/** What every room of one answer is read and written with. */
interface Answering {
  readonly filter: SyncFilter;
  readonly request: RoomRequest;
  readonly writing: RoomWriting;
  readonly sections: RoomSections;
  readonly deviceLists: DeviceListChanges;
}

/** A room with what its section is made of. */
interface AskedRoom {
  readonly room: Room;
  readonly membership: UserMembership;
  readonly accountData: readonly AccountDataItem[];
}

/**
 * Makes the answers of sync. One that is full leaves the rest of the rooms, and of the users whose keys have changed, to the
 * next; everything else comes with the first.
 */
export class SyncAnswers {
  readonly #parts: AnswerParts;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /** Makes an answer. `memberships` are those at the cut `now`. */
  async make(asked: AskedAnswer, memberships: MembershipList): Promise<SyncAnswer> {
    const { rooms, sources, bound } = this.#parts;
    const { device, filter, since, now, owed } = asked;
    const { userNid, deviceNid } = device;
    // Most of what follows is in memory, and not waited for.
    const ignoring = sources.ignoredUsers(userNid);
    const answering: Answering = {
      filter,
      request: roomRequest(asked, isLater(ignoring) ? await ignoring : ignoring),
      writing: {
        viewer: { userNid, deviceNid },
        stateName: asked.stateName,
        byThread: filter.byThread,
        format: filter.format,
        fields: filter.fields,
      },
      sections: new RoomSections(bound),
      deviceLists: new DeviceListChanges(rooms, userNid),
    };
    const data = sources.accountData(userNid, { since: since?.positions, now: now.positions });
    const accountData = isLater(data) ? await data : data;
    const lastRoom = await this.#rooms(answering, accountData, memberships, owed?.room ?? 0);
    const messages = owed ? [] : sources.toDevice(device, since?.positions, now.positions);
    const toDevice = isLater(messages) ? await messages : messages;
    const changing = this.#changedUsers(asked);
    const changed = isLater(changing) ? await changing : changing;
    answering.deviceLists.addChanged(changed.users);
    const reading = since ? answering.deviceLists.read() : undefined;
    const lists = isLater(reading) ? await reading : reading;
    const { matchesAccountData: matches } = filter;
    const global = owed ? [] : accountData.filter((item) => item.roomNid === 0 && (matches?.(item.type) ?? true)).map(writeAccountData);
    const rest = lastRoom === undefined && changed.last === undefined ? undefined : { since, fullState: asked.fullState };
    const next = { ...now, owed: rest && { ...rest, room: lastRoom ?? BEYOND_ALL, user: changed.last ?? BEYOND_ALL } };
    const there = this.#presence(asked, answering.deviceLists.newcomers);
    const presence = isLater(there) ? await there : there;
    const counting = sources.oneTimeKeyCounts(deviceNid);
    const counts = isLater(counting) ? await counting : counting;
    const looking = sources.unusedFallbackKeyTypes(deviceNid);
    const unused = isLater(looking) ? await looking : looking;
    const roomsJson = answering.sections.toJson();
    const isEmpty = roomsJson === undefined && presence.length === 0 && toDevice.length === 0 && global.length === 0 && lists === undefined;
    const token = formatSyncToken(next);
    let json = `{"next_batch":"${token}"`;
    if (global.length > 0) json += `,"account_data":{"events":[${global.join(",")}]}`;
    if (presence.length > 0) json += `,"presence":{"events":[${presence.join(",")}]}`;
    if (roomsJson !== undefined) json += `,${roomsJson}`;
    if (toDevice.length > 0) json += `,"to_device":{"events":[${toDevice.join(",")}]}`;
    if (lists) json += `,"device_lists":${JSON.stringify(lists)}`;
    json += `,"device_one_time_keys_count":${JSON.stringify(counts)},"device_unused_fallback_key_types":${JSON.stringify(unused)}}`;
    return { json, token, isEmpty: isEmpty && rest === undefined };
  }

  /** The news of who is there, and how those stand who came to share a room: nobody has told the client of them. */
  #presence({ device, filter, since, now, owed }: AskedAnswer, newcomers: ReadonlySet<number>): Ready<readonly string[]> {
    const { rooms, presence } = this.#parts;
    // A first sync has told of everybody with its first part.
    if (owed && !since) return [];
    const query = { userNid: device.userNid, since: owed ? now.ephemeral : since?.ephemeral, filter: filter.presence };
    return presenceEvents(rooms, presence, { ...query, newcomers: since ? newcomers : undefined });
  }

  /** The next users whose keys have changed, and the last of them if there are more. */
  #changedUsers({ device, since, now, owed }: AskedAnswer): Ready<ChangedUsers> {
    if (!since || owed?.user === BEYOND_ALL) return { users: [] };
    const changed = this.#parts.sources.changedDeviceLists(device.userNid, since.positions, now.positions);
    return whenReady(changed, (users) => this.#nextOf(users, owed));
  }

  #nextOf(changed: readonly number[], owed: OwedRest | undefined): ChangedUsers {
    const { bound } = this.#parts;
    if (!owed && changed.length <= bound.users) return { users: changed };
    const users = changed.filter((nid) => nid > (owed?.user ?? 0)).toSorted((a, b) => a - b);
    const last = users[bound.users - 1];
    return last === undefined || users.length === bound.users ? { users } : { users: users.slice(0, bound.users), last };
  }

  /** Writes the rooms after a number until the answer is full. @returns The last room that was looked at, if there are more. */
  async #rooms(
    answering: Answering,
    accountData: readonly AccountDataItem[],
    memberships: MembershipList,
    after: number,
  ): Promise<number | undefined> {
    const { rooms } = this.#parts;
    const byRoom = groupByRoom(accountData, answering.filter.matchesRoomAccountData);
    const asked: AskedRoom[] = [];
    // Most rooms of a user have no news, and are passed over without a pause.
    for (const [roomNid, membership] of memberships) {
      const room = roomNid > after ? rooms.byNid(roomNid) : undefined;
      const ofRoom = byRoom.get(roomNid) ?? nothing;
      if (room && this.#mayTell(room, membership, ofRoom, answering)) asked.push({ room, membership, accountData: ofRoom });
    }
    let last = after;
    asked.sort((a, b) => a.room.nid - b.room.nid);
    for (const [index, told] of asked.entries()) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (answering.sections.isFull) return last;
      // A room that is the only one is loaded when it is written.
      if (index % LOADED_AT_ONCE === 0 && (asked.length > 1 || !answering.request.since)) {
        const next = asked.slice(index, index + LOADED_AT_ONCE);
        const loading = rooms.loadAll(joinedRooms(next));
        if (loading) await loading;
        if (!answering.request.since && !answering.filter.includeLeave)
          await rooms.events.load(next.flatMap(({ membership }) => (isOut(membership) ? membership.eventNid : [])));
      }
      await this.#room(told, answering);
      last = told.room.nid;
    }
    return undefined;
  }

  /** Whether there may be something to tell of a room. */
  #mayTell(room: Room, membership: UserMembership, accountData: readonly AccountDataItem[], { filter, request }: Answering): boolean {
    const isNew = !request.since || !isCovered(request.since, membership.pos);
    if (membership.membership === "join") {
      // A client that wants all members gets the room once they have come.
      if (this.#parts.rooms.partial.of(room.nid) && !loadsMembersLazily(request)) return false;
      if (!isNew && accountData.length === 0 && !request.fullState && !this.#parts.updates.hasNews(room, request)) return false;
    } else if (!isNew && !(request.fullState && membership.membership === "invite")) return false;
    // That a room was left is told once, though it was forgotten meanwhile.
    return filter.includesRoom(room.id) && !(membership.forgotten && (!request.since || !isNew));
  }

  /** Whether an invite is not told. */
  async #isUnwanted({ eventNid }: UserMembership, { device }: RoomRequest): Promise<boolean> {
    const { rooms, sources } = this.#parts;
    const isUnwanted = await sources.unwantedInviters(device.userNid);
    const invite = isUnwanted && (await rooms.events.get(eventNid));
    return invite !== undefined && isUnwanted?.(invite.fields.sender) === true;
  }

  /** Whether somebody else has ended a membership: a client that begins anew has never told its user of that. */
  async #wasPutOut({ eventNid }: UserMembership, { device }: RoomRequest): Promise<boolean> {
    const event = await this.#parts.rooms.events.get(eventNid);
    return event !== undefined && event.fields.senderNid !== device.userNid;
  }

  async #room({ room, membership, accountData }: AskedRoom, answering: Answering): Promise<void> {
    const { rooms, updates, sources } = this.#parts;
    const { request, writing, sections, deviceLists, filter } = answering;
    const kind = membership.membership;
    if (kind === "invite" && (await this.#isUnwanted(membership, request))) return;
    if (isOut(membership) && !request.since && !filter.includeLeave && !(await this.#wasPutOut(membership, request))) return;
    const loaded = rooms.peek(room) ?? (await rooms.load(room));
    if (kind === "join") {
      const updating = updates.joined(loaded, membership, request);
      const update = isLater(updating) ? await updating : updating;
      const { since } = request;
      if (update.isNew || (since && rooms.partial.completedBetween(loaded.nid, since))) deviceLists.addRoom(loaded);
      if (isEmptyUpdate(update, accountData)) return;
      const adding = deviceLists.addMembers(update.changedMembers);
      if (adding) await adding;
      const counting = sources.unread(request.device.userNid, loaded, membership);
      const unread = isLater(counting) ? await counting : counting;
      const json = writeJoinedRoom(rooms, update, { accountData, unread }, writing);
      sections.add("join", room.id, isLater(json) ? await json : json);
    } else if (kind === "invite" || kind === "knock") {
      const stripped = await renderStrippedState(rooms, loaded, request.device.userId);
      sections.add(kind, room.id, `{"${kind}_state":{"events":[${stripped.join(",")}]}}`);
    } else {
      const update = await updates.left(loaded, membership, request);
      sections.add("leave", room.id, await writeLeftRoom(rooms, update, accountData, writing));
      await deviceLists.addLeftRoom(loaded);
    }
  }
}

function isOut({ membership }: UserMembership): boolean {
  return membership === "leave" || membership === "ban";
}

function joinedRooms(asked: readonly AskedRoom[]): Room[] {
  return asked.flatMap(({ room, membership }) => (membership.membership === "join" ? room : []));
}

/** The account data of rooms that a filter wants, by room. */
function groupByRoom(
  items: readonly AccountDataItem[],
  matches: SyncFilter["matchesRoomAccountData"],
): ReadonlyMap<number, readonly AccountDataItem[]> {
  if (items.length === 0) return none;
  const byRoom = new Map<number, AccountDataItem[]>();
  for (const item of items) {
    if (item.roomNid === 0 || matches?.(item.type) === false) continue;
    const ofRoom = byRoom.get(item.roomNid);
    if (ofRoom) ofRoom.push(item);
    else byRoom.set(item.roomNid, [item]);
  }
  return byRoom;
}

function roomRequest({ device, filter, since, now, fullState, stateName }: AskedAnswer, ignored: ReadonlySet<string>): RoomRequest {
  return {
    ignored,
    device,
    since: since?.positions,
    now: now.positions,
    ephemeralSince: since?.ephemeral ?? 0,
    timelineFilter: filter.timeline,
    stateFilter: filter.state,
    ephemeralFilter: filter.ephemeral,
    fullState,
    useStateAfter: stateName !== "state",
  };
}
