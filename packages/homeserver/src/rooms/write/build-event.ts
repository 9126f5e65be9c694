import { CanonicalJsonError } from "@patrix/canonical-json";
import type { Clock } from "@patrix/concurrency";
import { createEventId } from "@patrix/identifiers";
import type { RoomVersionRules } from "@patrix/room-versions";
import { buildPdu, type BuiltPdu, type EventReference, referenceHash, SignaturesError, toEventReference } from "@patrix/signatures";
import { limits } from "../../limits.ts";
import { RoomError } from "../errors.ts";
import type { LoadedRoom } from "../room.ts";
import type { SelectedState } from "../state/selected-state.ts";
import type { EventCache } from "../timeline/event-cache.ts";
import type { PreparedDraft } from "./event-draft.ts";

/** Makes events out of drafts: gives them their place in the graph, hashes and names them. */
export class EventBuilder {
  readonly #serverName: string;
  readonly #events: EventCache;
  readonly #clock: Clock;
  #newestCreation = 0;

  constructor(serverName: string, events: EventCache, clock: Clock) {
    this.#serverName = serverName;
    this.#events = events;
    this.#clock = clock;
  }

  /**
   * Builds the event that follows the tips of a room. In room versions 1 and 2 the tips must be in memory: they are named
   * by their hashes.
   *
   * @throws {RoomError} `INVALID_EVENT` or `EVENT_TOO_LARGE`.
   */
  build(room: LoadedRoom, draft: PreparedDraft, selected: SelectedState): BuiltPdu {
    const { head, rules } = room;
    if (draft.type.includes("\0") || draft.stateKey?.includes("\0"))
      throw new RoomError("INVALID_EVENT", "type, state_key: NUL is not allowed");
    const authEvents = draft.authKeys.flatMap(([type, stateKey]) => selected.get(type, stateKey) ?? []);
    try {
      return buildPdu(
        {
          type: draft.type,
          state_key: draft.stateKey,
          content: draft.content,
          sender: draft.sender,
          room_id: room.id === "" ? undefined : room.id,
          origin_server_ts: draft.type === "m.room.create" ? this.#creationTime() : (draft.ts ?? this.#clock.now()),
          redacts: rules.redaction.contentFieldRedacts ? undefined : draft.redacts,
          msc4354_sticky: draft.stickyMs === undefined ? undefined : { duration_ms: draft.stickyMs },
          event_id: rules.eventFormat.requireEventId ? createEventId(this.#serverName) : undefined,
        },
        {
          prevEvents: head.tips.slice(-limits.forwardExtremities.value).map((tip) => this.#reference(tip, rules)),
          authEvents: authEvents.map((event) => this.#reference(event, rules)),
          // Another server may have sent the greatest depth that there is.
          depth: Math.min(head.depth + 1, Number.MAX_SAFE_INTEGER),
        },
        rules,
      );
    } catch (error) {
      if (error instanceof CanonicalJsonError)
        throw new RoomError("INVALID_EVENT", `${error.pointer || "/content"}: ${error.message}`, { cause: error });
      if (error instanceof SignaturesError && error.code === "EVENT_TOO_LARGE")
        throw new RoomError("EVENT_TOO_LARGE", error.message, { cause: error });
      throw error;
    }
  }

  /** The time of a new room. Each has its own: where a room is named by the hash of its first event, two could get one name. */
  #creationTime(): number {
    return (this.#newestCreation = Math.max(this.#clock.now(), this.#newestCreation + 1));
  }

  /** Names an event in the format of the room version. */
  #reference({ nid, eventId }: { readonly nid: number; readonly eventId: string }, rules: RoomVersionRules): EventReference {
    if (rules.eventsReferenceFormat === "id") return eventId;
    const event = this.#events.peek(nid);
    if (!event) throw new RangeError(`event ${eventId} is not loaded`);
    return toEventReference(eventId, referenceHash(event.pdu, rules), rules);
  }
}
