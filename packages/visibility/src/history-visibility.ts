/**
 * Who sees the history of a room, and from when on.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility}
 */
export type HistoryVisibility = "world_readable" | "shared" | "invited" | "joined";

/** Reads `history_visibility` of the content of `m.room.history_visibility`. What is absent or not understood counts as `shared`. */
export function toHistoryVisibility(value: unknown): HistoryVisibility {
  switch (value) {
    case "world_readable":
    case "invited":
    case "joined":
      return value;
    default:
      return "shared";
  }
}
