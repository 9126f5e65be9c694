import { LruCache, SingleFlight, type Clock } from "@patrix/concurrency";
import { type FederationClient } from "@patrix/federation";
import { getSpaceHierarchy } from "@patrix/federation-api";
import type { RoomId } from "@patrix/identifiers";
import { serverOf } from "@patrix/signatures";
import type { RemotePreview } from "../../other-servers.ts";
import type { Rooms } from "../../rooms/rooms.ts";

/** How many previews are kept. */
const CACHED_PREVIEWS = 500;
/** How long a preview counts, in milliseconds: spaces are walked page by page. */
const LIFETIME_MS = 60_000;
/** How many servers are asked in turn. */
const ASKED_SERVERS = 3;
const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2 * 1024 * 1024;

/** What asks for previews. */
export interface RemotePreviewParts {
  readonly rooms: Rooms;
  readonly client: FederationClient;
  readonly mayAsk: (server: string) => boolean;
}

/** What other servers say of rooms that this one is not in. */
export class RemotePreviews {
  readonly #parts: RemotePreviewParts;
  readonly #clock: Clock;
  readonly #cache = new LruCache<string, { readonly preview: RemotePreview; readonly untilTs: number }>(CACHED_PREVIEWS);
  readonly #flights = new SingleFlight<string, RemotePreview | undefined>();

  constructor(parts: RemotePreviewParts) {
    this.#parts = parts;
    this.#clock = parts.rooms.core.clock;
  }

  /** What a room is; `undefined` if nobody says anything. */
  of(roomId: string, via: readonly string[]): Promise<RemotePreview | undefined> {
    const known = this.#cache.get(roomId);
    if (known && known.untilTs > this.#clock.now()) return Promise.resolve(known.preview);
    return this.#flights.run(roomId, async () => {
      const preview = await this.#ask(roomId, via);
      // What is hidden now may be shown as soon as somebody joins.
      if (preview) this.#cache.set(roomId, { preview, untilTs: this.#clock.now() + LIFETIME_MS });
      return preview;
    });
  }

  async #ask(roomId: string, via: readonly string[]): Promise<RemotePreview | undefined> {
    const { rooms, client, mayAsk } = this.#parts;
    const own = serverOf(roomId);
    const named = via.length > 0 || own === undefined ? via : [own];
    const servers = [...new Set(named)].filter((server) => server !== rooms.core.serverName && mayAsk(server));
    for (const server of servers.slice(0, ASKED_SERVERS)) {
      try {
        const options = { timeoutMs: TIMEOUT_MS, maxResponseSizeBytes: MAX_BYTES };
        const { room } = await client.request(server, getSpaceHierarchy, { path: { roomId: roomId as RoomId } }, options);
        if (room.room_id === roomId) return { room };
      } catch {
        // Another one may know.
      }
    }
    return undefined;
  }
}
