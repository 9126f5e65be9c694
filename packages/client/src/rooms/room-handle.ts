import { type EventId, isMxcUri, type MxcUri, type RoomId, type UserId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import { describeMember, type Member } from "../base/members.ts";
import { powerLevelsOf, requiredPowerLevel, type RoomAction } from "../base/power-levels.ts";
import { emptyRoomData, type ReadUpTo, type RoomData, stateContent, textOf, type RoomMembership } from "../base/room-data.ts";
import { isDirectRoom, isSpaceRoom, tagsOf } from "../base/room-kind.ts";
import { type UnreadCounts, unreadOf } from "../base/unread.ts";
import { roomName } from "../base/room-name.ts";
import { isReplaced, predecessorOf, successorOf } from "../base/room-upgrades.ts";
import type { EventDef } from "../events/event-def.ts";
import type { EventOf, MatrixEvent, Room, RoomMembers, RoomStateAccess, Thread, ThreadList, Timeline, TimelineOptions } from "./room.ts";
import type { EventType } from "../events/event-types.ts";
import { LiveValue } from "../live/live.ts";
import type { Subscription } from "../live/subscription.ts";
import { actions } from "../load-actions.ts";
import { AccountDataHandle } from "./account-data.ts";
import { createSender } from "./create-sender.ts";
import { createThread } from "./create-thread.ts";
import { markRoomRead } from "./mark-read.ts";
import type { MarkReadOptions } from "./mark-read-options.ts";
import type { EventDispatcher } from "./event-dispatcher.ts";
import { makeUncheckedEvent } from "./event-factory.ts";
import type { Poll } from "./poll.ts";
import type { RoomContext } from "./room-context.ts";
import { createRoomMembers } from "./room-members.ts";
import { createRoomState, isStateType } from "./room-state.ts";
import type { Sender } from "./sender.ts";

const typingMs = 30_000;

/** The handle of a room: reads what is known, and sends what is wanted. */
export class RoomHandle implements Room {
  readonly id: RoomId;
  // What there is for each room is made when it is used: a list has thousands of rooms, of which somebody looks at few.
  #send: Sender | undefined;
  #members: RoomMembers | undefined;
  #state: RoomStateAccess | undefined;
  #info: LiveValue<Room> | undefined;
  #typing: LiveValue<readonly Member[]> | undefined;
  #receipts: LiveValue<ReadonlyMap<UserId, ReadUpTo>> | undefined;
  #accountData: AccountDataHandle | undefined;
  readonly #context: RoomContext;
  readonly #events: EventDispatcher;

  constructor(id: RoomId, context: RoomContext, events: EventDispatcher) {
    this.id = id;
    this.#context = context;
    this.#events = events;
  }

  get send(): Sender {
    const { http, admitFile, enqueue } = this.#context;
    return (this.#send ??= createSender({ roomId: this.id, http, admitFile, enqueue }));
  }

  get members(): RoomMembers {
    return (this.#members ??= createRoomMembers(this.id, this.#context));
  }

  get state(): RoomStateAccess {
    return (this.#state ??= createRoomState(this.id, this.#context));
  }

  get info(): LiveValue<Room> {
    return (this.#info ??= new LiveValue<Room>(this));
  }

  get typing(): LiveValue<readonly Member[]> {
    return (this.#typing ??= new LiveValue(this.#typingMembers()));
  }

  get receipts(): LiveValue<ReadonlyMap<UserId, ReadUpTo>> {
    return (this.#receipts ??= new LiveValue(this.#data.receipts));
  }

  get accountData(): AccountDataHandle {
    return (this.#accountData ??= new AccountDataHandle({
      get: (type) => this.#data.accountData[type],
      set: async (type, content) => {
        const { setAccountDataPerRoom } = await actions();
        const { http, userId } = this.#context;
        await http.send(setAccountDataPerRoom, { path: { roomId: this.id, userId: userId(), type }, body: { ...content } });
      },
    }));
  }

  get #data(): RoomData {
    return this.#context.base().rooms.get(this.id) ?? emptyRoomData(this.id);
  }

  get name(): string {
    return roomName(this.#data, this.#context.userId());
  }

  get topic(): string | undefined {
    return textOf(stateContent(this.#data, "m.room.topic"), "topic");
  }

  get avatar(): MxcUri | undefined {
    const url = textOf(stateContent(this.#data, "m.room.avatar"), "url");
    return url !== undefined && isMxcUri(url) ? url : undefined;
  }

  get membership(): RoomMembership {
    return this.#data.membership;
  }

  get encrypted(): boolean {
    return stateContent(this.#data, "m.room.encryption") !== undefined;
  }

  get isDirect(): boolean {
    return isDirectRoom(this.#context.base(), this.#data, this.#context.userId());
  }

  get isSpace(): boolean {
    return isSpaceRoom(this.#data);
  }

  get successor(): RoomId | undefined {
    return successorOf(this.#data);
  }

  get predecessor(): RoomId | undefined {
    return predecessorOf(this.#data);
  }

  get isReplaced(): boolean {
    return isReplaced(this.#data, this.#context.base().rooms);
  }

  get unread(): UnreadCounts {
    return unreadOf(this.#data);
  }

  get latest(): MatrixEvent | undefined {
    const { latest } = this.#data;
    return latest && makeUncheckedEvent(latest, this, this.#context);
  }

  get lastActivityTs(): number {
    return this.#data.lastTs;
  }

  get tags(): ReadonlySet<string> {
    return tagsOf(this.#data);
  }

  get inviter(): Member | undefined {
    const data = this.#data;
    if (data.membership !== "invite") return undefined;
    const invite = data.state.get("m.room.member")?.get(this.#context.userId());
    return invite && describeMember(data, invite.sender);
  }

  async event(eventId: EventId, { signal }: Abortable = {}): Promise<MatrixEvent> {
    const { getOneRoomEvent } = await actions();
    const raw = await this.#context.http.send(getOneRoomEvent, { path: { roomId: this.id, eventId } }, { signal });
    return makeUncheckedEvent(await this.#context.reveal(this.id, raw), this, this.#context);
  }

  thread(rootId: EventId): Thread {
    return createThread(rootId, this, this.#context);
  }

  timeline(options?: TimelineOptions): Timeline {
    return this.#context.openTimeline(this, options);
  }

  threads(options?: Abortable): ThreadList {
    return this.#context.openThreads(this, options);
  }

  poll(id: EventId, options?: Abortable): Poll {
    return this.#context.openPoll(this, id, options);
  }

  can(action: RoomAction | EventType, who: UserId = this.#context.userId()): boolean {
    const levels = powerLevelsOf(this.#data);
    return levels.userLevel(who) >= requiredPowerLevel(levels, action, isStateType(action));
  }

  outranks(whom: UserId, who: UserId = this.#context.userId()): boolean {
    const levels = powerLevelsOf(this.#data);
    return levels.userLevel(who) > levels.userLevel(whom);
  }

  on<K extends EventType>(type: K, callback: (event: EventOf<K>) => unknown, options?: Abortable): Subscription;
  on<T extends string, C>(definition: EventDef<T, C>, callback: (event: MatrixEvent<T, C>) => unknown, options?: Abortable): Subscription;
  on(of: string | EventDef<string, unknown>, callback: (event: never) => unknown, { signal }: Abortable = {}): Subscription {
    // The dispatcher delivers only events that were checked to be of this type.
    return this.#events.listen(of, callback as (event: MatrixEvent) => unknown, { roomId: this.id, signal });
  }

  events<K extends EventType>(type: K, { signal }: Abortable = {}): AsyncIterable<EventOf<K>> {
    // The dispatcher delivers only events that were checked to be of this type.
    return this.#events.iterate(type, { roomId: this.id, signal }) as AsyncIterable<MatrixEvent> as AsyncIterable<EventOf<K>>;
  }

  async join(): Promise<void> {
    const { joinRoomById } = await actions();
    const { http, joining } = this.#context;
    await joining(this.id, () => http.send(joinRoomById, { path: { roomId: this.id } }, { idempotent: true }));
  }

  async leave(reason?: string): Promise<void> {
    const { leaveRoom } = await actions();
    await this.#context.http.send(leaveRoom, { path: { roomId: this.id }, body: { reason } }, { idempotent: true });
  }

  async forget(): Promise<void> {
    const { forgetRoom } = await actions();
    await this.#context.http.send(forgetRoom, { path: { roomId: this.id } }, { idempotent: true });
    await this.#context.forget(this.id);
  }

  async knock(reason?: string): Promise<void> {
    const { knockRoom } = await actions();
    await this.#context.http.send(knockRoom, { path: { roomIdOrAlias: this.id }, body: { reason } }, { idempotent: true });
  }

  async setTyping(on: boolean): Promise<void> {
    const { setTyping } = await actions();
    const path = { roomId: this.id, userId: this.#context.userId() };
    await this.#context.http.send(setTyping, { path, body: on ? { typing: true, timeout: typingMs } : { typing: false } });
  }

  async markRead(options?: MarkReadOptions): Promise<void> {
    const { lastEventId } = this.#data;
    if (lastEventId !== undefined) await markRoomRead(this.#context.http, { roomId: this.id, eventId: lastEventId }, options);
    if (this.unread.marked) await this.accountData.set("m.marked_unread", { unread: false });
  }

  async markUnread(): Promise<void> {
    await this.accountData.set("m.marked_unread", { unread: true });
  }

  async upgrade(version: string): Promise<RoomId> {
    const { upgradeRoom } = await actions();
    const answer = await this.#context.http.send(upgradeRoom, { path: { roomId: this.id }, body: { new_version: version } });
    return answer.replacement_room;
  }

  /** Tells those who watch the room that it changed. */
  changed(before: RoomData | undefined): void {
    const data = this.#data;
    if (before?.typing !== data.typing) this.#typing?.set(this.#typingMembers());
    if (this.#receipts && this.#receipts.value !== data.receipts) this.#receipts.set(data.receipts);
    this.#accountData?.changed();
    this.#info?.set(this);
  }

  #typingMembers(): readonly Member[] {
    const data = this.#data;
    return data.typing.map((id) => describeMember(data, id));
  }
}
