import type { AppliedRepair } from "./applied-repair.ts";
import type { Issue } from "../errors.ts";

/** How a payload is checked. */
export interface ParseOptions {
  /** `lenient` repairs what peers are known to get wrong, by the rules of the model. Default: `strict`. */
  readonly mode?: "strict" | "lenient" | undefined;
  /** Called for each repair of an accepted payload, for logs. */
  readonly onRepair?: ((repair: AppliedRepair) => void) | undefined;
  /**
   * What `null` means in a member that may be left out and that the model does not declare to be `null`:
   * `left-out` takes it away, but never from an object that carries signatures. Default: `refused`; requests are parsed with `left-out`.
   */
  readonly nulls?: "refused" | "left-out" | undefined;
  /**
   * What becomes of malformed items of lists and maps whose items are independent of one another, such as the EDUs of a transaction.
   * Default: `left-out` in lenient mode and where endpoints parse responses and requests of servers, else `refused`.
   */
  readonly invalidItems?: "refused" | "left-out" | undefined;
  /**
   * How deep objects and lists may be nested; what is deeper counts as malformed where it is. Parsers take any depth, but whatever writes a
   * payload again may run out of stack. Default: any.
   */
  readonly maxDepth?: number | undefined;
  /** Called for each problem of an item that was left out of an accepted payload, for logs. */
  readonly onLeftOut?: ((issue: Issue) => void) | undefined;
}
