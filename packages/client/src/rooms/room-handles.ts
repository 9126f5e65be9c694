import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import { addMembers } from "../base/reduce-sync.ts";
import { type BaseState, emptyBaseState, emptyRoomData, type RoomData } from "../base/room-data.ts";
import { directRoomsIn } from "../base/room-kind.ts";
import { recount } from "../base/unread.ts";
import type { SyncChanges } from "../base/sync-changes.ts";
import { actions } from "../load-actions.ts";
import { forgetStoreChanges, roomStoreChanges } from "../stores/base-state.ts";
import type { StoreChange } from "../stores/store.ts";
import { AccountDataHandle } from "./account-data.ts";
import type { EventDispatcher } from "./event-dispatcher.ts";
import type { Room } from "./room.ts";
import type { RoomContext } from "./room-context.ts";
import { RoomHandle } from "./room-handle.ts";
import { RoomList } from "../room-list/room-list.ts";
import type { RoomListOptions } from "./rooms.ts";

/** Holds what is known, one handle for each room, and the lists of rooms. */
export class RoomHandles {
  #base: BaseState = emptyBaseState;
  readonly #handles = new Map<RoomId, RoomHandle>();
  /** Held weakly: a list that nobody looks at any more needs no refreshing. */
  readonly #lists = new Set<WeakRef<RoomList>>();
  /** Lists that somebody waits for, who may hold on to nothing else. */
  readonly #watched = new Set<RoomList>();
  readonly invites: RoomList;
  readonly accountData: AccountDataHandle;
  readonly #events: EventDispatcher;
  readonly #context: () => RoomContext;

  constructor(events: EventDispatcher, context: () => RoomContext) {
    this.#events = events;
    this.#context = context;
    this.accountData = new AccountDataHandle({
      get: (type) => this.#base.accountData.get(type),
      set: async (type, content) => {
        const { http, userId } = this.#context();
        const { setAccountData } = await actions();
        await http.send(setAccountData, { path: { userId: userId(), type }, body: { ...content } });
      },
    });
    this.invites = this.list({ filter: { kind: "invite" } });
  }

  /** What is known now. */
  get base(): BaseState {
    return this.#base;
  }

  /** Replaces all that is known. */
  reset(base: BaseState): void {
    this.#base = base;
    // Handles stay: somebody may hold and watch them.
    for (const handle of this.#handles.values()) handle.changed(undefined);
    this.accountData.changed();
    this.#refresh();
  }

  /** Takes in what a sync brought, and tells those who watch. */
  apply({ state, rooms, accountData }: SyncChanges): void {
    const directBefore = accountData.includes("m.direct") ? directRoomsIn(this.#base) : [];
    this.#base = state;
    const direct = accountData.includes("m.direct") ? [...directBefore, ...directRoomsIn(state)] : [];
    const touched = new Set([...rooms.keys(), ...direct]);
    for (const id of touched) this.#handles.get(id)?.changed(rooms.has(id) ? rooms.get(id)?.before : state.rooms.get(id));
    if (accountData.length > 0) this.accountData.changed();
    // Receipts, typing and the like change no list, but what a list shows of a room.
    if (touched.size > 0) this.#refresh(touched);
  }

  /** Takes in an event that could be decrypted only now; gives what is to be stored. */
  replaceEvent(roomId: RoomId, event: ClientEventWithoutRoomId, countsAs: (room: RoomData) => number): readonly StoreChange[] {
    const known = this.#base.rooms.get(roomId);
    if (!known) return [];
    const latest = known.latest?.event_id === event.event_id ? event : known.latest;
    const unread = recount(known.unread, event.event_id, countsAs(known));
    if (latest === known.latest && unread === known.unread) return [];
    const after = { ...known, latest, unread };
    this.#base = { ...this.#base, rooms: new Map(this.#base.rooms).set(roomId, after) };
    const handle = this.#handles.get(roomId);
    handle?.changed(known);
    this.#refresh([roomId]);
    return roomStoreChanges({ before: known, after, changedState: [] });
  }

  /** Takes in members that were fetched; gives what is to be stored. */
  addMembers(roomId: RoomId, members: readonly ClientEventWithoutRoomId[]): { room: RoomData; changes: readonly StoreChange[] } {
    const known = this.#base.rooms.get(roomId);
    const added = addMembers(known ?? emptyRoomData(roomId), members);
    if (!known) return { room: added.after, changes: [] };
    this.#base = { ...this.#base, rooms: new Map(this.#base.rooms).set(roomId, added.after) };
    this.#handles.get(roomId)?.changed(known);
    this.#refresh([roomId]);
    return { room: added.after, changes: roomStoreChanges({ ...added, before: known }) };
  }

  /** Forgets a room; gives what is to be stored. */
  forget(roomId: RoomId): readonly StoreChange[] {
    const room = this.#base.rooms.get(roomId);
    const rooms = new Map(this.#base.rooms);
    rooms.delete(roomId);
    this.#base = { ...this.#base, rooms };
    this.#handles.delete(roomId);
    this.#refresh([roomId]);
    return room ? forgetStoreChanges(room) : [];
  }

  /** The handle of a room, known or not. */
  get(id: RoomId): Room {
    const handle = this.#handles.get(id) ?? new RoomHandle(id, this.#context(), this.#events);
    this.#handles.set(id, handle);
    return handle;
  }

  /** The handle of a room that is known. */
  known(id: RoomId): Room | undefined {
    return this.#base.rooms.has(id) ? this.get(id) : undefined;
  }

  /** Makes a list of rooms that is kept up to date. */
  list(options?: RoomListOptions): RoomList {
    const onWatched = (watched: RoomList, isWatched: boolean): void =>
      void (isWatched ? this.#watched.add(watched) : this.#watched.delete(watched));
    const parts = { base: () => this.#base, userId: () => this.#context().userId(), handle: (id: RoomId) => this.get(id), onWatched };
    const list = new RoomList(parts, options);
    this.#lists.add(new WeakRef(list));
    return list;
  }

  #refresh(touched?: Iterable<RoomId>): void {
    for (const reference of this.#lists) {
      const list = reference.deref();
      if (list) list.refresh(touched);
      else this.#lists.delete(reference);
    }
  }
}
