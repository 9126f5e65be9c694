import { isCovered } from "../../log/position.ts";
import type { MembershipList } from "../../rooms/read/memberships-at.ts";
import type { Rooms, UserMembership } from "../../rooms/rooms.ts";
import { LOADED_AT_ONCE } from "../../rooms/rooms.ts";
import { placeAtCut } from "../../rooms/timeline/place.ts";
import { turnIfDue } from "../../turns.ts";
import type { RoomEphemeral } from "../cuts/room-ephemeral.ts";
import type { RoomMarks, SyncDevice, SyncSources } from "../cuts/sync-sources.ts";
import type { SyncCut } from "../sync-token.ts";
import { type ConnectionState, emptyState, StateDraft, type ToldRoom } from "./connection-state.ts";
import { readExtensions, type ExtensionParts } from "./extensions/read-extensions.ts";
import { wantsMore } from "./room-config.ts";
import type { ListViewer } from "./room-list.ts";
import { isPresent } from "./room-list.ts";
import type { SlidingRequest } from "./sliding-request.ts";
import type { SlidingRooms, TimelineResult } from "./sliding-room.ts";
import { readWindows, type WindowParts, type WindowRoom } from "./windows.ts";
import { writeStrippedRoom, writeTimelineRoom } from "./write-sliding-room.ts";

/** What one answer of a sliding sync holds at most; the rest comes with the next ones. */
export interface SlidingBound {
  /** Bytes of rooms, and of what extensions tell of rooms; that with which they are passed is the last. */
  readonly bytes: number;
  readonly rooms: number;
}

/** What answers are made of. */
export interface SlidingAnswerParts extends WindowParts, ExtensionParts {
  readonly rooms: Rooms;
  readonly sources: SyncSources;
  readonly ephemeral: RoomEphemeral;
  readonly slidingRooms: SlidingRooms;
  readonly bound: SlidingBound;
}

/** Where a connection has got to: what its client was told, and up to which cut. */
export interface ConnectionBase {
  readonly state: ConnectionState;
  readonly cut: SyncCut;
}

/** What an answer is to tell. */
export interface AskedSlidingAnswer {
  readonly device: SyncDevice;
  readonly request: SlidingRequest;
  /** `undefined` for a connection that begins. */
  readonly base: ConnectionBase | undefined;
  readonly now: SyncCut;
}

/** An answer as members of JSON, without the position, and what becomes of the connection by it. */
export interface SlidingAnswer {
  readonly members: readonly string[];
  readonly isEmpty: boolean;
  /** Whether nothing is left to tell to a client that asks the same again, until something touches its user. */
  readonly isWhole: boolean;
  readonly state: ConnectionState;
}

/** What all rooms of one answer are read and written with. */
interface Answering extends AskedSlidingAnswer {
  readonly before: ConnectionState;
  readonly draft: StateDraft;
  readonly marks: RoomMarks;
  readonly ignored: ReadonlySet<string>;
  /** The rooms as JSON members. */
  readonly texts: string[];
  /** The rooms of which this answer tells up to its cut, with the result where there is a timeline. */
  readonly served: Map<number, TimelineResult | undefined>;
  bytes: number;
}

/** Makes the answers of sliding sync. One that is full leaves the rest of the rooms to the next. */
export class SlidingAnswers {
  readonly #parts: SlidingAnswerParts;

  constructor(parts: SlidingAnswerParts) {
    this.#parts = parts;
  }

  /** Makes an answer. `memberships` are those at the cut `now`. @throws {SyncError} `UNKNOWN_POS`, `INVALID_REQUEST`. */
  async make(asked: AskedSlidingAnswer, memberships: MembershipList): Promise<SlidingAnswer> {
    const { sources } = this.#parts;
    const { device, base, request } = asked;
    const before = base?.state ?? emptyState();
    const answering: Answering = {
      ...asked,
      before,
      draft: new StateDraft(before),
      marks: await sources.roomMarks(device.userNid),
      ignored: await sources.ignoredUsers(device.userNid),
      texts: [],
      served: new Map(),
      bytes: 0,
    };
    const byRoom = new Map(memberships);
    const windows = await readWindows(this.#parts, request, {
      ...(await this.#viewer(answering)),
      marks: answering.marks,
      memberships,
      byRoom,
    });
    await this.#tellRooms(windows.rooms, answering);
    this.#leaveBehind(byRoom, answering);
    const extensions = await readExtensions(this.#parts, {
      ...answering,
      since: base?.cut,
      windows: windows.rooms,
      isFull: () => this.#isFull(answering),
      added: (json) => (answering.bytes += Buffer.byteLength(json)),
    });
    const lists = Array.from(windows.counts, ([name, count]) => `${JSON.stringify(name)}:{"count":${count}}`);
    return {
      members: [`"lists":{${lists.join(",")}}`, `"rooms":{${answering.texts.join(",")}}`, `"extensions":{${extensions.texts.join(",")}}`],
      isEmpty: answering.texts.length === 0 && !extensions.hasNews,
      isWhole: !this.#isFull(answering) && !extensions.hasUnacknowledged,
      state: answering.draft.finish(),
    };
  }

  async #viewer({ device, before, base }: Answering): Promise<ListViewer> {
    const isUnwanted = await this.#parts.sources.unwantedInviters(device.userNid);
    return { userId: device.userId, isUnwanted, told: before.rooms, since: base?.cut };
  }

  #isFull({ bytes, texts }: Answering): boolean {
    const { bound } = this.#parts;
    return bytes >= bound.bytes || texts.length >= bound.rooms;
  }

  /** Tells the rooms of the windows of which there may be something to tell, until the answer is full. */
  async #tellRooms(rooms: ReadonlyMap<number, WindowRoom>, answering: Answering): Promise<void> {
    const open: WindowRoom[] = [];
    for (const room of rooms.values())
      if (this.#mayTell(room, answering)) open.push(room);
      else answering.served.set(room.room.nid, undefined);
    for (const [index, room] of open.entries()) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (this.#isFull(answering)) return;
      if (index % LOADED_AT_ONCE === 0) await this.#parts.rooms.loadAll(open.slice(index, index + LOADED_AT_ONCE).map((next) => next.room));
      await this.#tell(room, answering);
    }
  }

  /** Whether there may be something to tell of a room. */
  #mayTell({ room, membership, config }: WindowRoom, { before, base, marks }: Answering): boolean {
    const told = before.rooms.get(room.nid);
    const upTo = told && (told.upTo ?? base?.cut);
    if (!told || !upTo || !isCovered(upTo.positions, membership.pos) || told.isDm !== marks.direct.has(room.id)) return true;
    if (!hasTimeline(membership)) return false;
    if (config.timelineLimit > told.timelineLimit || wantsMore(config.selectors, told.selectors)) return true;
    if (membership.membership !== "join") return false;
    if (this.#parts.rooms.partial.completedBetween(room.nid, upTo.positions)) return true;
    return room.end > placeAtCut(upTo.positions, room.shard) || this.#parts.ephemeral.hasReceipts(room.nid, upTo.positions);
  }

  async #tell(asked: WindowRoom, answering: Answering): Promise<void> {
    const { room, membership, config, lists } = asked;
    const { device, request, before, base, now, ignored, marks, draft } = answering;
    const { rooms, slidingRooms, sources } = this.#parts;
    const loaded = await rooms.load(room);
    const told = before.rooms.get(room.nid);
    const since = told && (told.upTo ?? base?.cut);
    const isDm = marks.direct.has(room.id);
    const hasDmChanged = (told?.isDm ?? false) !== isDm;
    const own = { membership: membership.membership, lists, isDm: hasDmChanged ? isDm : undefined, unread: undefined };
    const writing = { viewer: device, form: request.form };
    if (!hasTimeline(membership)) {
      const isKnown = told && since && isCovered(since.positions, membership.pos) && !hasDmChanged;
      const stripped = isKnown ? undefined : await slidingRooms.stripped(loaded, { membership, device });
      this.#serve(room.nid, undefined, answering);
      draft.setRoom(room.nid, toldNow(told, config, isDm, undefined));
      if (stripped)
        this.#add(room.id, writeStrippedRoom(stripped, { ...own, isDm: isDm || hasDmChanged ? isDm : undefined }, request.form), answering);
      return;
    }
    const result = await slidingRooms.read(loaded, {
      device,
      membership,
      config,
      told: told && since && { ...told, since },
      since: base?.cut,
      now,
      ignored,
      memory: `${device.deviceNid} ${request.connId}`,
    });
    const isJoined = membership.membership === "join";
    const hasRead = !result && isJoined && since !== undefined && (await this.#hasRead(asked, answering, since));
    this.#serve(room.nid, result, answering);
    draft.setRoom(room.nid, toldNow(told, config, isDm, result));
    if (!result && !hasRead && !hasDmChanged) return;
    const unread = isJoined ? await sources.unread(device.userNid, loaded, membership) : undefined;
    const shown = { ...own, unread, isDm: hasDmChanged || (result?.isInitial && isDm) ? isDm : undefined };
    this.#add(room.id, await writeTimelineRoom(rooms, result, shown, writing), answering);
  }

  /** Whether only the user has read something: then there is another number of unread events. */
  #hasRead({ room }: WindowRoom, { device, now, request }: Answering, since: SyncCut): Promise<boolean> {
    if (request.form === "merged") return Promise.resolve(false);
    return this.#parts.ephemeral.hasRead(room, device.userNid, { since: since.positions, now: now.positions });
  }

  #serve(roomNid: number, result: TimelineResult | undefined, { served }: Answering): void {
    served.set(roomNid, result);
  }

  #add(roomId: string, json: string, answering: Answering): void {
    const text = `${JSON.stringify(roomId)}:${json}`;
    answering.texts.push(text);
    answering.bytes += Buffer.byteLength(text);
  }

  /** Notes of the rooms that were told up to the last answer, and not in this one, that there is something new. */
  #leaveBehind(byRoom: ReadonlyMap<number, UserMembership>, { before, base, draft, served }: Answering): void {
    if (!base) return;
    const { cut } = base;
    for (const [roomNid, told] of before.rooms)
      if (!told.upTo && !served.has(roomNid) && this.#hasNews(roomNid, byRoom.get(roomNid), cut))
        draft.setRoom(roomNid, { ...told, upTo: cut });
  }

  #hasNews(roomNid: number, membership: UserMembership | undefined, cut: SyncCut): boolean {
    const room = this.#parts.rooms.byNid(roomNid);
    if (!room || !membership) return false;
    if (!isCovered(cut.positions, membership.pos)) return true;
    if (membership.membership !== "join") return false;
    if (this.#parts.rooms.partial.completedBetween(roomNid, cut.positions)) return true;
    return room.end > placeAtCut(cut.positions, room.shard) || this.#parts.ephemeral.hasReceipts(roomNid, cut.positions);
  }
}

/** Whether a user sees something of a room's timeline: one who is in, or was in until the membership. */
function hasTimeline(membership: UserMembership): boolean {
  if (isPresent(membership)) return membership.membership === "join";
  return membership.leftPos === membership.pos;
}

/** What is told of a room after an answer that has told everything up to its cut. */
function toldNow(
  told: ToldRoom | undefined,
  { timelineLimit, selectors }: WindowRoom["config"],
  isDm: boolean,
  result: TimelineResult | undefined,
): ToldRoom {
  const begins = !told || (result && (result.isInitial || result.isExpanded || result.timeline.limited));
  return { upTo: undefined, timelineLimit: begins ? timelineLimit : Math.max(told.timelineLimit, timelineLimit), selectors, isDm };
}
