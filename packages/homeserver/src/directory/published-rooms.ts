import type { PublicRoomsChunk, PublicRoomsResponse } from "@patrix/client-api";
import { LruCache } from "@patrix/concurrency";
import { limits } from "../limits.ts";
import type { Room } from "../rooms/room.ts";
import type { Place } from "../rooms/timeline/place.ts";
import { turnIfDue } from "../turns.ts";
import { stateEvent } from "../rooms/read/state-event.ts";
import { requireRoomInDirectory } from "../rooms/write/require-listable.ts";
import { LOADED_AT_ONCE, type Rooms } from "../rooms/rooms.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
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

/** A published room as it was after an event of its timeline. */
interface Described {
  readonly end: Place;
  readonly chunk: PublicRoomsChunk;
  readonly bytes: number;
}

/** The bytes of descriptions that are kept in memory. */
const DESCRIBED_BYTES = 16 * 1024 * 1024;

/** The rooms that are published in the server's directory. */
export class PublishedRooms {
  readonly #rooms: Rooms;
  readonly #described = new LruCache<number, Described>(DESCRIBED_BYTES);

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
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

  /** Lists published rooms, those with most members first. */
  async list({ limit = 100, since = "0", filter = {} }: DirectoryRequest): Promise<PublicRoomsResponse> {
    const rows = await this.#rooms.core.store.all(publishedRooms);
    const all: Described[] = [];
    const published = rows.flatMap(({ room_nid: nid }) => this.#rooms.byNid(nid) ?? []);
    for (const [index, room] of published.entries()) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (index % LOADED_AT_ONCE === 0) {
        const next = published.slice(index, index + LOADED_AT_ONCE);
        await this.#rooms.loadAll(next.filter(({ nid, end }) => this.#described.get(nid)?.end !== end));
      }
      all.push(await this.#describe(room));
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

  /** Describes a room; until the next event of its timeline from memory. */
  async #describe({ nid, end }: Room): Promise<Described> {
    const known = this.#described.get(nid);
    if (known?.end === end) return known;
    const room = await this.#rooms.load({ nid });
    const text = async (type: string, member: string): Promise<string | undefined> => {
      const value = (await stateEvent(this.#rooms, room, type))?.content[member];
      return typeof value === "string" && value !== "" ? value : undefined;
    };
    const chunk = {
      room_id: room.id,
      num_joined_members: room.view.joinedCount,
      world_readable: (await text("m.room.history_visibility", "history_visibility")) === "world_readable",
      guest_can_join: (await text("m.room.guest_access", "guest_access")) === "can_join",
      name: await text("m.room.name", "name"),
      topic: await text("m.room.topic", "topic"),
      canonical_alias: await text("m.room.canonical_alias", "alias"),
      avatar_url: await text("m.room.avatar", "url"),
      join_rule: await text("m.room.join_rules", "join_rule"),
      room_type: await text("m.room.create", "type"),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the identifiers were checked when their events were accepted
    const described = { end, chunk: chunk as PublicRoomsChunk, bytes: Buffer.byteLength(JSON.stringify(chunk)) };
    this.#described.set(nid, described, described.bytes);
    return described;
  }
}

/** The first rooms that fit into an answer, at least one. */
function firstOf(rooms: readonly Described[]): PublicRoomsChunk[] {
  let bytes = 0;
  const page: PublicRoomsChunk[] = [];
  for (const room of rooms) {
    if (bytes >= limits.publicRoomsPageBytes.value) break;
    bytes += room.bytes;
    page.push(room.chunk);
  }
  return page;
}
