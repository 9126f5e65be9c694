import type { PublicRoomsChunk, PublicRoomsResponse } from "@patrix/client-api";
import { limits } from "../limits.ts";
import { turnIfDue } from "../turns.ts";
import { requireRoomInDirectory } from "../rooms/write/require-listable.ts";
import { LOADED_AT_ONCE, type Rooms } from "../rooms/rooms.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import type { RoomDescription, RoomDescriptions } from "./room-descriptions.ts";
import { isPublished, publishedRooms, publishRoom, unpublishRoom } from "../store/statements/rooms.ts";

/** What is wanted of the directory. */
export interface DirectoryRequest {
  /** Default: 100. */
  readonly limit?: number | undefined;
  readonly since?: string | undefined;
  readonly filter?:
    | { readonly generic_search_term?: string | undefined; readonly room_types?: readonly (string | null)[] | undefined }
    | undefined;
}

/** The rooms that are published in the server's directory. */
export class PublishedRooms {
  readonly #rooms: Rooms;
  readonly #descriptions: RoomDescriptions;

  constructor(rooms: Rooms, descriptions: RoomDescriptions) {
    this.#rooms = rooms;
    this.#descriptions = descriptions;
  }

  /** Tells whether a room is published. */
  async has(roomNid: number): Promise<boolean> {
    return (await this.#rooms.core.store.get(isPublished, roomNid)) !== undefined;
  }

  /** Publishes a room, or takes it out. @throws {LimitError} If the user has published too many. */
  async set(roomNid: number, published: boolean, userNid: number): Promise<void> {
    const { core, additionsOfUser } = this.#rooms;
    const store = (change: WriteOperation): Promise<unknown> => core.log.append({ positions: [], operations: [change] });
    if (!published) await store(operation(unpublishRoom, roomNid));
    else
      await additionsOfUser.run(userNid, async () => {
        await requireRoomInDirectory(core, userNid, "/visibility", roomNid);
        await store(operation(publishRoom, roomNid, userNid));
      });
  }

  /** The numbers of the rooms that are published. */
  async all(): Promise<number[]> {
    return (await this.#rooms.core.store.all(publishedRooms)).map(({ room_nid: nid }) => nid);
  }

  /** Lists published rooms, those with most members first; others that are listed elsewhere, if they are given. */
  async list({ limit = 100, since = "0", filter = {} }: DirectoryRequest, listed?: Iterable<number>): Promise<PublicRoomsResponse> {
    const all: RoomDescription[] = [];
    const published = [...(listed ?? (await this.all()))].flatMap((nid) => this.#rooms.byNid(nid) ?? []);
    for (const [index, room] of published.entries()) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (index % LOADED_AT_ONCE === 0) {
        const next = published.slice(index, index + LOADED_AT_ONCE);
        await this.#rooms.loadAll(next.filter((each) => !this.#descriptions.peek(each)));
      }
      all.push(await this.#descriptions.of(room));
    }
    const term = filter.generic_search_term?.toLowerCase();
    const found = all
      .filter(
        ({ chunk: room }) =>
          term === undefined || [room.name, room.topic, room.canonical_alias].some((text) => text?.toLowerCase().includes(term)),
      )
      .filter(({ chunk: room }) => !filter.room_types || filter.room_types.includes(room.room_type ?? null))
      .toSorted((a, b) => b.chunk.num_joined_members - a.chunk.num_joined_members);
    const start = /^\d{1,9}$/.test(since) ? Number(since) : 0;
    const page = firstOf(found.slice(start, start + Math.min(Math.max(limit, 1), limits.publicRoomsPage.value)));
    const end = start + Math.max(page.length, 1);
    return {
      chunk: page,
      total_room_count_estimate: found.length,
      ...(end < found.length && { next_batch: String(end) }),
      ...(start > 0 && { prev_batch: String(Math.max(0, start - (end - start))) }),
    };
  }
}

/** The first rooms that fit into an answer, at least one. */
function firstOf(rooms: readonly RoomDescription[]): PublicRoomsChunk[] {
  let bytes = 0;
  const page: PublicRoomsChunk[] = [];
  for (const room of rooms) {
    if (bytes >= limits.publicRoomsPageBytes.value) break;
    bytes += room.bytes;
    page.push(room.chunk);
  }
  return page;
}
