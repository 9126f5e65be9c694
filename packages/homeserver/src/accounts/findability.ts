import type { WriteOperation } from "../store/statement.ts";

/** What makes users be found by their names: it is stored together with the names. */
export interface Findability {
  /** Lets a user be found by a user ID and a display name, and no longer by an earlier one. */
  name(userNid: number, userId: string, displayName: unknown): readonly WriteOperation[];
  /** Lets a user be found no longer. */
  forget(userNid: number): readonly WriteOperation[];
}
