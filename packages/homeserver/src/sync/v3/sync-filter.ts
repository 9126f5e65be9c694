import { FilterDefinition } from "@patrix/client-api";
import { compileEventFilter, type EventFilter, roomMatcher, typeMatcher } from "../../rooms/read/event-filter.ts";
import { compileFieldPicker, type FieldPicker } from "../../rooms/read/field-picker.ts";
import { compilePresenceFilter, type PresenceFilter } from "../cuts/presence-events.ts";
import type { EphemeralSpan } from "../cuts/room-ephemeral.ts";

/** How many events of a room are sent if the filter does not say. */
const DEFAULT_TIMELINE_LIMIT = 10;

type TypeMatcher = ReturnType<typeof typeMatcher>;

/** A filter of syncs in the form in which it is applied. */
export interface SyncFilter {
  readonly includesRoom: (roomId: string) => boolean;
  readonly includeLeave: boolean;
  readonly timeline: EventFilter;
  readonly state: EventFilter;
  readonly ephemeral: EphemeralSpan["ephemeralFilter"];
  readonly presence: PresenceFilter;
  /** Absent where every type passes; so is the next. */
  readonly matchesAccountData: TypeMatcher;
  readonly matchesRoomAccountData: TypeMatcher;
  /** Whether what is unread is told by thread. */
  readonly byThread: boolean;
  readonly format: "client" | "federation";
  readonly fields: FieldPicker | undefined;
}

/** Brings a filter into the form in which it is applied, which is good for any number of syncs. */
export function compileSyncFilter({
  room,
  account_data: accountData,
  presence,
  event_format: format,
  event_fields: fields,
}: FilterDefinition): SyncFilter {
  return {
    includesRoom: roomMatcher(room),
    includeLeave: room?.include_leave ?? false,
    timeline: compileEventFilter(room?.timeline, DEFAULT_TIMELINE_LIMIT),
    state: compileEventFilter(room?.state, 0),
    ephemeral: { includesRoom: roomMatcher(room?.ephemeral), matchesType: typeMatcher(room?.ephemeral) },
    presence: compilePresenceFilter(presence),
    matchesAccountData: typeMatcher(accountData),
    matchesRoomAccountData: typeMatcher(room?.account_data),
    byThread: room?.timeline?.unread_thread_notifications ?? false,
    format: format === "federation" ? "federation" : "client",
    fields: compileFieldPicker(fields),
  };
}

/** Reads a filter as it was stored; `undefined` if it is none. */
export function readSyncFilter(json: string): SyncFilter | undefined {
  const result = FilterDefinition.safeParse(JSON.parse(json));
  return result.ok ? compileSyncFilter(result.value) : undefined;
}
