import { LruCache } from "@patrix/concurrency";
import type { PlacedStates } from "../../rooms/read/state-at.ts";
import { isAt, markOf, type RoomMark } from "../../rooms/read/room-mark.ts";
import { eventIn, eventsOfType } from "../../rooms/read/state-event.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { RoomState } from "../../rooms/state/room-state.ts";
import { placeAfter } from "../../rooms/timeline/place.ts";
import { isPresent, type Candidate } from "./room-list.ts";

/** What filters ask of the state of a room. */
export interface RoomTraits {
  readonly isEncrypted: boolean;
  /** `null` for a room without a type. */
  readonly type: string | null;
  /** In lower case; empty for a room without a name. */
  readonly name: string;
}

/** The most rooms of which it is remembered what they are. */
const REMEMBERED_ROOMS = 100_000;

/** Tells what rooms are, for filters. What a state says is worked out once, and rooms in which nothing happens are not loaded again. */
export class RoomTraitsReader {
  readonly #rooms: Rooms;
  readonly #states: PlacedStates;
  readonly #traits = new LruCache<number, { readonly mark: RoomMark; readonly traits: RoomTraits }>(REMEMBERED_ROOMS);
  readonly #children = new WeakMap<RoomState, ReadonlySet<string>>();

  constructor(rooms: Rooms, states: PlacedStates) {
    this.#rooms = rooms;
    this.#states = states;
  }

  /** What a room is; what it was, for one who has left it. */
  async of({ room, membership }: Candidate): Promise<RoomTraits> {
    const place = isPresent(membership) ? room.end : placeAfter(membership.pos);
    const there = { nid: room.nid, end: place };
    const known = this.#traits.get(room.nid);
    if (known && isAt(this.#rooms, there, known.mark)) return known.traits;
    const mark = markOf(this.#rooms, there);
    const state = await this.#states.stateAt(await this.#rooms.load(room), place);
    const type = (await eventIn(this.#rooms, state, "m.room.create"))?.content["type"];
    const name = (await eventIn(this.#rooms, state, "m.room.name"))?.content["name"];
    const traits: RoomTraits = {
      isEncrypted: (await eventIn(this.#rooms, state, "m.room.encryption")) !== undefined,
      type: typeof type === "string" ? type : null,
      name: typeof name === "string" ? name.toLowerCase() : "",
    };
    this.#traits.set(room.nid, { mark, traits });
    return traits;
  }

  /** The IDs of the rooms that a space has directly. */
  async childrenOf(spaceNid: number): Promise<ReadonlySet<string>> {
    const { state } = (await this.#rooms.load({ nid: spaceNid })).view;
    const known = this.#children.get(state);
    if (known) return known;
    const events = await eventsOfType(this.#rooms, state, "m.space.child");
    const children = new Set(events.filter(({ content }) => Array.isArray(content["via"])).map(({ fields }) => fields.stateKey ?? ""));
    this.#children.set(state, children);
    return children;
  }
}
