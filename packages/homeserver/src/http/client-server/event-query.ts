import { matrixError } from "@patrix/api";
import { LONGEST_STICKY_MS } from "../../rooms/timeline/sticky-index.ts";

/** The query parameter that makes an event sticky. */
export const STICKY_PARAM = "org.matrix.msc4354.sticky_duration_ms";
const DELAY_PARAM = "org.matrix.msc4140.delay";

/** Whether a request sends its event later. */
export function isDelayed(query: URLSearchParams): boolean {
  return query.has(DELAY_PARAM);
}

/** Whether a request sends a sticky event now. */
export function isSticky(query: URLSearchParams): boolean {
  return query.has(STICKY_PARAM) && !isDelayed(query);
}

/** How long an event is to be sticky: what is asked for, and no longer than anybody counts. @throws {MatrixError} `M_INVALID_PARAM`. */
export function stickyDuration(durationMs: number | undefined): number | undefined {
  if (durationMs !== undefined && durationMs < 1)
    throw matrixError("M_INVALID_PARAM", `query parameter ${STICKY_PARAM}: expected at least 1`);
  return durationMs === undefined ? undefined : Math.min(durationMs, LONGEST_STICKY_MS);
}
