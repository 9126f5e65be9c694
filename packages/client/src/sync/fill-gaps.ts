import type { SyncResponse } from "@patrix/client-api";
import type { ClientEventWithoutRoomId } from "@patrix/events";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { FilledGap } from "../base/sync-changes.ts";
import type { RequestSender } from "../http/http-client.ts";
import { actions } from "../load-actions.ts";
import type { Logger } from "../logger.ts";

/** Events fetched for one room; what is further back is left out. */
const maxEventsPerRoom = 1000;
const pageSize = 100;

/** What {@link fillGaps} works with. */
export interface GapParts {
  readonly http: RequestSender;
  readonly logger: Logger;
  /** Whether the user was in a room before this sync. */
  readonly wasJoined: (roomId: RoomId) => boolean;
  /** The last event that is known of a room. */
  readonly lastEventId: (roomId: RoomId) => EventId | undefined;
}

/**
 * Fetches what a limited timeline leaves out between the last sync, or the last event that is known, and this one, oldest first, so that listeners miss
 * nothing. A room whose events cannot be fetched, or not all of them, is left with a gap.
 */
export async function fillGaps(
  { http, logger, wasJoined, lastEventId }: GapParts,
  { since, response, signal }: { since: string | undefined; response: SyncResponse; signal: AbortSignal },
): Promise<ReadonlyMap<RoomId, FilledGap>> {
  const gaps = new Map<RoomId, FilledGap>();
  for (const [id, { timeline }] of Object.entries(response.rooms?.join ?? {})) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of this record were checked as room IDs
    const roomId = id as RoomId;
    if (timeline?.limited !== true || timeline.prev_batch === undefined || !wasJoined(roomId)) continue;
    const last = lastEventId(roomId);
    // Without a place to stop at, history would be read to its start.
    if (since === undefined && last === undefined) continue;
    const events: ClientEventWithoutRoomId[] = [];
    let from: string | undefined = timeline.prev_batch;
    try {
      const { getRoomEvents } = await actions();
      while (from !== undefined && events.length < maxEventsPerRoom) {
        const query = { dir: "b" as const, from, to: since, limit: pageSize };
        const page: { chunk: readonly ClientEventWithoutRoomId[]; end?: string | undefined } = await http.send(
          getRoomEvents,
          { path: { roomId }, query },
          { signal },
        );
        const known = page.chunk.findIndex(({ event_id }) => event_id === last);
        events.push(...(known < 0 ? page.chunk : page.chunk.slice(0, known)));
        from = known < 0 && page.chunk.length > 0 && page.end !== since ? page.end : undefined;
      }
      if (from !== undefined) logger.warn(`${roomId}: more than ${maxEventsPerRoom} events came meanwhile; the oldest are left out`);
    } catch (error) {
      signal.throwIfAborted();
      logger.warn(`${roomId}: events that came meanwhile cannot be fetched`, error);
    }
    gaps.set(roomId, { events: events.toReversed(), missingBefore: from });
  }
  return gaps;
}
