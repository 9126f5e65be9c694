import type { PublicRoomsChunk, PublicRoomsResponse } from "@patrix/client-api";
import { stateEvent } from "../rooms/read/state-event.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { operation } from "../store/statement.ts";
import { isPublished, publishedRooms, publishRoom, unpublishRoom } from "../store/statements/rooms.ts";

/** What is wanted of the directory. */
export interface DirectoryRequest {
  /** Default: 100. At most 500. */
  readonly limit?: number | undefined;
  readonly since?: string | undefined;
  readonly filter?:
    | { readonly generic_search_term?: string | undefined; readonly room_types?: readonly (string | null)[] | undefined }
    | undefined;
}

/** The rooms that are published in the server's directory. */
export class PublishedRooms {
  readonly #rooms: Rooms;

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** Tells whether a room is published. */
  async has(roomNid: number): Promise<boolean> {
    return (await this.#rooms.core.store.get(isPublished, roomNid)) !== undefined;
  }

  /** Publishes a room, or takes it out. */
  async set(roomNid: number, published: boolean): Promise<void> {
    await this.#rooms.core.log.append({ positions: [], operations: [operation(published ? publishRoom : unpublishRoom, roomNid)] });
  }

  /** Lists published rooms, those with most members first. */
  async list({ limit = 100, since = "0", filter = {} }: DirectoryRequest): Promise<PublicRoomsResponse> {
    const rows = await this.#rooms.core.store.all(publishedRooms);
    const all: PublicRoomsChunk[] = [];
    for (const { room_nid: nid } of rows) all.push(await this.#describe(nid));
    const term = filter.generic_search_term?.toLowerCase();
    const found = all
      .filter(
        (room) => term === undefined || [room.name, room.topic, room.canonical_alias].some((text) => text?.toLowerCase().includes(term)),
      )
      .filter((room) => !filter.room_types || filter.room_types.includes(room.room_type ?? null))
      .toSorted((a, b) => b.num_joined_members - a.num_joined_members);
    const start = /^\d{1,9}$/.test(since) ? Number(since) : 0;
    const end = start + Math.min(Math.max(limit, 1), 500);
    return {
      chunk: found.slice(start, end),
      total_room_count_estimate: found.length,
      ...(end < found.length && { next_batch: String(end) }),
      ...(start > 0 && { prev_batch: String(Math.max(0, start - (end - start))) }),
    };
  }

  async #describe(nid: number): Promise<PublicRoomsChunk> {
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
    return chunk as PublicRoomsChunk;
  }
}
