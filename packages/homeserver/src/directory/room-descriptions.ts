import type { PublicRoomsChunk, RoomSummary } from "@patrix/client-api";
import { LruCache } from "@patrix/concurrency";
import { isRoomId } from "@patrix/identifiers";
import { allowedRooms } from "../rooms/membership/restricted-join.ts";
import { joinedCountOf } from "../rooms/read/joined-count.ts";
import { isAt, markOf, type RoomMark } from "../rooms/read/room-mark.ts";
import { stateEvent } from "../rooms/read/state-event.ts";
import type { LoadedRoom, Room } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { type SpaceChild, spaceChildren } from "./space-children.ts";

/** The bytes of descriptions that are kept in memory. */
const DESCRIBED_BYTES = 16 * 1024 * 1024;

/** What a room says of itself to those outside. */
export interface RoomDescription {
  /** As the directory shows it. */
  readonly chunk: PublicRoomsChunk;
  readonly summary: RoomSummary;
  /** The rooms of a space, in their order; none of another room. */
  readonly children: readonly SpaceChild[];
  /** The size of the summary, and of it with the children. */
  readonly bytes: number;
  readonly bytesWithChildren: number;
}

interface KnownDescription extends RoomDescription {
  readonly mark: RoomMark;
}

/** Describes rooms; until a room moves from memory. */
export class RoomDescriptions {
  readonly #rooms: Rooms;
  readonly #described = new LruCache<number, KnownDescription>(DESCRIBED_BYTES);

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** The description of a room, if it is in memory. */
  peek(room: Room): RoomDescription | undefined {
    const known = this.#described.get(room.nid);
    return known && isAt(this.#rooms, room, known.mark) ? known : undefined;
  }

  /** The description of a room. */
  async of(room: Room): Promise<RoomDescription> {
    const known = this.peek(room);
    if (known) return known;
    const mark = markOf(this.#rooms, room);
    const described = { ...(await this.#describe(await this.#rooms.load({ nid: room.nid }))), mark };
    this.#described.set(room.nid, described, described.bytesWithChildren);
    return described;
  }

  async #describe(room: LoadedRoom): Promise<RoomDescription> {
    const content = async (type: string): Promise<Readonly<Record<string, unknown>>> =>
      (await stateEvent(this.#rooms, room, type))?.content ?? {};
    const text = async (type: string, member: string): Promise<string | undefined> => {
      const value = (await content(type))[member];
      return typeof value === "string" && value !== "" ? value : undefined;
    };
    const chunk = {
      room_id: room.id,
      num_joined_members: joinedCountOf(this.#rooms, room),
      world_readable: (await text("m.room.history_visibility", "history_visibility")) === "world_readable",
      guest_can_join: (await text("m.room.guest_access", "guest_access")) === "can_join",
      name: await text("m.room.name", "name"),
      topic: await text("m.room.topic", "topic"),
      canonical_alias: await text("m.room.canonical_alias", "alias"),
      avatar_url: await text("m.room.avatar", "url"),
      join_rule: await text("m.room.join_rules", "join_rule"),
      room_type: await text("m.room.create", "type"),
    };
    const allowed = allowedRooms(await content("m.room.join_rules")).filter(isRoomId);
    const summary = {
      ...chunk,
      ...(allowed.length > 0 && { allowed_room_ids: allowed }),
      encryption: await text("m.room.encryption", "algorithm"),
      room_version: room.version,
    };
    const children = chunk.room_type === "m.space" ? await spaceChildren(this.#rooms, room.view.state) : [];
    const bytes = Buffer.byteLength(JSON.stringify(summary));
    return {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the identifiers were checked when their events were accepted
      chunk: chunk as PublicRoomsChunk,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as well
      summary: summary as RoomSummary,
      children,
      bytes,
      bytesWithChildren: children.reduce((sum, child) => sum + child.bytes, bytes),
    };
  }
}
