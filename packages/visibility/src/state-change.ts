import { type HistoryVisibility, toHistoryVisibility } from "./history-visibility.ts";

/** The parts of an event that decide who may see it. */
export interface VisibleEvent {
  readonly type: string;
  readonly state_key?: string | undefined;
  readonly content: Readonly<Record<string, unknown>>;
}

/** The visibilities in force before and after an event; one unless the event changes it. */
export function visibilitiesAround(event: VisibleEvent, before: unknown): readonly HistoryVisibility[] {
  const visibility = toHistoryVisibility(before);
  if (event.type !== "m.room.history_visibility" || event.state_key !== "") return [visibility];
  return [visibility, toHistoryVisibility(event.content["history_visibility"])];
}

/** The memberships of a user before and after an event; one unless it is the user's own `m.room.member`. */
export function membershipsAround(event: VisibleEvent, userId: string, before: unknown): readonly unknown[] {
  if (event.type !== "m.room.member" || event.state_key !== userId) return [before];
  return [before, event.content["membership"]];
}
