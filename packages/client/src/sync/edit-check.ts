import { MatrixError } from "@patrix/api";
import type { SyncResponse } from "@patrix/client-api";
import { LruCache, Semaphore } from "@patrix/concurrency";
import { type ClientEventWithoutRoomId, type EditableEvent, editFault, getRelation } from "@patrix/events";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { RequestSender } from "../http/http-client.ts";
import { actions } from "../load-actions.ts";
import type { Logger } from "../logger.ts";
import type { SyncContext } from "../base/reduce-sync.ts";

/** What an {@link EditCheck} works with. */
export interface EditCheckParts {
  readonly http: RequestSender;
  readonly logger: Logger;
  /** Decrypts an event that was fetched, where that is possible. */
  readonly reveal: (roomId: RoomId, event: ClientEventWithoutRoomId) => Promise<ClientEventWithoutRoomId>;
  /** Whether anybody listens to events of a type; edits of others need no check. */
  readonly isHeard: (type: string) => boolean;
}

/** What the check needs of one response. */
export interface EditsToCheck extends Pick<SyncContext, "gaps"> {
  readonly response: SyncResponse;
  readonly signal: AbortSignal | undefined;
}

/** Events that are remembered, so that edits soon after cost no request. */
const maxRemembered = 2000;
/** Events that one response may have fetched; edits of more are left out. */
const maxFetched = 200;
const concurrentFetches = 8;

/**
 * Tells edits that count from those that do not, above all forged ones: of another sender. What an edit replaces is remembered
 * from the timeline, or fetched before the response is taken in, so that events stay in order.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#validity-of-replacement-events}
 */
export class EditCheck {
  readonly #parts: EditCheckParts;
  /** The parts of events that decide on edits, by room and event. */
  readonly #originals = new LruCache<string, EditableEvent>(maxRemembered);

  constructor(parts: EditCheckParts) {
    this.#parts = parts;
  }

  /** Gets to know what the edits of a response replace. @throws {ClientError} If the server cannot be reached. */
  async load({ response, gaps, signal }: EditsToCheck): Promise<void> {
    const missing = new Map<string, { readonly roomId: RoomId; readonly eventId: EventId }>();
    for (const [id, room] of Object.entries({ ...response.rooms?.leave, ...response.rooms?.join })) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of this record were checked as room IDs
      const roomId = id as RoomId;
      const events = [...(gaps?.get(roomId)?.events ?? []), ...(room.timeline?.events ?? [])];
      for (const event of events) this.#remember(roomId, event);
      for (const event of events) {
        const eventId = replacedBy(event);
        if (eventId === undefined || !this.#parts.isHeard(event.type)) continue;
        if (this.#originals.get(keyOf(roomId, eventId)) === undefined) missing.set(keyOf(roomId, eventId), { roomId, eventId });
      }
    }
    if (missing.size > maxFetched) this.#parts.logger.warn(`sync: ${missing.size - maxFetched} edits are left out: too many at once`);
    const places = new Semaphore(concurrentFetches);
    const wanted = [...missing.values()].slice(0, maxFetched);
    await Promise.all(wanted.map(({ roomId, eventId }) => places.run(() => this.#fetch(roomId, eventId, signal))));
  }

  /** Whether an event is to be handed on: it is no edit, or one that counts. */
  accepts(roomId: RoomId, event: ClientEventWithoutRoomId): boolean {
    const eventId = replacedBy(event);
    if (eventId === undefined) return true;
    const original = this.#originals.get(keyOf(roomId, eventId));
    const fault = original ? editFault(original, event) : "the edited event is not known";
    // Of an encrypted edit the new content cannot be seen.
    if (fault === undefined || (fault === "no-new-content" && event.type === "m.room.encrypted")) return true;
    this.#parts.logger.debug(`${event.type} ${event.event_id} is not delivered: an edit that does not count (${fault})`);
    return false;
  }

  #remember(roomId: RoomId, event: ClientEventWithoutRoomId): void {
    // What is redacted is asked for again.
    if (event.type === "m.room.redaction")
      for (const id of [Reflect.get(event, "redacts"), event.content["redacts"]]) this.#originals.delete(`${roomId} ${String(id)}`);
    const { event_id, type, sender, origin_server_ts, state_key, unsigned } = event;
    const redacted = unsigned?.redacted_because === undefined ? {} : { unsigned: { redacted_because: {} } };
    const relation = event.content["m.relates_to"];
    // Whether there is a content decides, not what it says.
    const content =
      Object.keys(event.content).length === 0 ? {} : { kept: true, ...(relation === undefined ? {} : { "m.relates_to": relation }) };
    this.#originals.set(keyOf(roomId, event_id), { event_id, type, sender, origin_server_ts, state_key, content, ...redacted });
  }

  async #fetch(roomId: RoomId, eventId: EventId, signal: AbortSignal | undefined): Promise<void> {
    try {
      const { getOneRoomEvent } = await actions();
      const event = await this.#parts.http.send(getOneRoomEvent, { path: { roomId, eventId } }, { signal });
      this.#remember(roomId, await this.#parts.reveal(roomId, event));
    } catch (error) {
      // Who may not see the event cannot tell whose it is.
      if (!(error instanceof MatrixError)) throw error;
    }
  }
}

function keyOf(roomId: RoomId, eventId: EventId): string {
  return `${roomId} ${eventId}`;
}

/** The event that an edit replaces. State that claims to replace something is no edit. */
function replacedBy({ content, state_key }: ClientEventWithoutRoomId): EventId | undefined {
  const relation = state_key === undefined ? getRelation(content) : undefined;
  return relation?.kind === "replacement" ? relation.eventId : undefined;
}
