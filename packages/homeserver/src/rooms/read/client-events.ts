import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { bundledEvents } from "./bundle.ts";
import type { BundledAggregations, BundleReader } from "./bundled-aggregations.ts";
import { renderEvents, type RenderOptions } from "./render-event.ts";
import type { Outlook, Visibility } from "./visibility.ts";

/** Who gets events of a room, and what they know of it. */
export interface EventReader extends BundleReader {
  readonly deviceNid: number | undefined;
}

/** Gives events to clients that may see them, with everything that goes with them. */
export class ClientEvents {
  readonly #rooms: Rooms;
  readonly #visibility: Visibility;
  readonly #bundled: BundledAggregations;

  constructor(rooms: Rooms, visibility: Visibility, bundled: BundledAggregations) {
    this.#rooms = rooms;
    this.#visibility = visibility;
    this.#bundled = bundled;
  }

  /** What a user is told along with events, the aggregations of what relates to them included. */
  async outlook(room: LoadedRoom, events: readonly StoredEvent[], reader: BundleReader): Promise<Outlook> {
    const bundles = await this.#bundled.of(room, events, reader);
    return { ...(await this.#visibility.outlook(room, reader.userNid, [...events, ...bundledEvents(bundles)])), bundles };
  }

  /** Renders events as JSON texts, in order, with the room's ID. */
  async render(
    room: LoadedRoom,
    events: readonly StoredEvent[],
    reader: EventReader,
    options: Pick<RenderOptions, "unseen"> = {},
  ): Promise<readonly string[]> {
    const outlook = await this.outlook(room, events, reader);
    return renderEvents(this.#rooms, events, { ...options, viewer: reader, roomId: room.id, outlook });
  }
}
