import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthCheck } from "./auth-check.ts";

/**
 * @internal One authorization rule. Its number is its position among the rules that exist in the same room version.
 *
 * - `reject` and `allow` decide when `when` holds (an absent `when` always does); an `allow` with `detail` children also needs one of these.
 * - `allow-iff` decides when `when` holds: it allows if `iff` holds and rejects otherwise.
 * - `group` decides nothing itself: when `when` holds, its children are asked in order.
 * - `detail` belongs to its parent.
 */
export interface AuthRule {
  readonly id: string;
  readonly effect: "group" | "reject" | "allow" | "allow-iff" | "detail";
  /** In which room versions the rule exists; absent: all. */
  readonly in?: (rules: RoomVersionRules) => boolean;
  readonly when?: (check: AuthCheck) => boolean;
  readonly iff?: (check: AuthCheck) => boolean;
  /** What is wrong with an event that the rule rejects. */
  readonly reason?: string;
  readonly children?: readonly AuthRule[];
}
