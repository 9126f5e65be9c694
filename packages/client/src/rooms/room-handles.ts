import { setAccountData } from "@patrix/client-api";
import { allDirectRooms, type ClientEventWithoutRoomId } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import { addMembers } from "../base/reduce-sync.ts";
import { type BaseState, emptyBaseState, emptyRoomData, type RoomData } from "../base/room-data.ts";
import type { SyncChanges } from "../base/sync-changes.ts";
import { forgetStoreChanges, roomStoreChanges } from "../stores/base-state.ts";
import type { StoreChange } from "../stores/store.ts";
import { AccountDataHandle } from "./account-data.ts";
import type { EventDispatcher } from "./event-dispatcher.ts";
import type { Room } from "./room.ts";
import type { RoomContext } from "./room-context.ts";
import { RoomHandle } from "./room-handle.ts";
import { RoomList } from "./room-list.ts";
import type { RoomListOptions } from "./rooms.ts";

/** Rooms that the account data calls direct chats. */
function directRooms({ accountData }: BaseState): readonly RoomId[] {
  return allDirectRooms(accountData.get("m.direct") ?? {});
}

/** Holds what is known, one handle for each room, and the lists of rooms. */
export class RoomHandles {
  #base: BaseState = emptyBaseState;
  readonly #handles = new Map<RoomId, RoomHandle>();
  /** Held weakly: a list that nobody looks at any more needs no refreshing. */
  readonly #lists = new Set<WeakRef<RoomList>>();
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
    const directBefore = accountData.includes("m.direct") ? directRooms(this.#base) : [];
    this.#base = state;
    const direct = accountData.includes("m.direct") ? [...directBefore, ...directRooms(state)] : [];
    const touched = new Set<Room>();
    for (const id of new Set([...rooms.keys(), ...direct])) {
      const handle = this.#handles.get(id);
      handle?.changed(rooms.has(id) ? rooms.get(id)?.before : state.rooms.get(id));
      if (handle) touched.add(handle);
    }
    if (accountData.length > 0) this.accountData.changed();
    // Receipts, typing and the like change no list, but what a list shows of a room.
    if (rooms.size > 0 || direct.length > 0) this.#refresh(touched);
  }

  /** Takes in members that were fetched; gives what is to be stored. */
  addMembers(roomId: RoomId, members: readonly ClientEventWithoutRoomId[]): { room: RoomData; changes: readonly StoreChange[] } {
    const known = this.#base.rooms.get(roomId);
    const added = addMembers(known ?? emptyRoomData(roomId), members);
    if (!known) return { room: added.after, changes: [] };
    this.#base = { ...this.#base, rooms: new Map(this.#base.rooms).set(roomId, added.after) };
    this.#handles.get(roomId)?.changed(known);
    return { room: added.after, changes: roomStoreChanges(added) };
  }

  /** Forgets a room; gives what is to be stored. */
  forget(roomId: RoomId): readonly StoreChange[] {
    const room = this.#base.rooms.get(roomId);
    const rooms = new Map(this.#base.rooms);
    rooms.delete(roomId);
    this.#base = { ...this.#base, rooms };
    this.#handles.delete(roomId);
    this.#refresh();
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
    const list = new RoomList(() => [...this.#base.rooms.keys()].map((id) => this.get(id)), options);
    this.#lists.add(new WeakRef(list));
    return list;
  }

  #refresh(touched?: ReadonlySet<Room>): void {
    for (const reference of this.#lists) {
      const list = reference.deref();
      if (list) list.refresh(touched);
      else this.#lists.delete(reference);
    }
  }
}
