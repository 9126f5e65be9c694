import { limits } from "../../limits.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { advanceReadMark, pruneReadMarks } from "../../store/statements/notifications.ts";
import { MAIN_THREAD } from "../read/thread-of.ts";

/** How far a user has read. */
export interface ReadMark {
  readonly userNid: number;
  readonly roomNid: number;
  /** The ID of the thread's root, `main`, or empty for the whole room. */
  readonly thread: string;
  /** The place of the last event that was read. */
  readonly pos: number;
}

/** What stores how far a user has read. A mark never goes back; of those for threads, a user keeps the newest 1,000 of a room. */
export function storeReadMark({ userNid, roomNid, thread, pos }: ReadMark): WriteOperation[] {
  const advanced = operation(advanceReadMark, userNid, roomNid, thread, pos);
  const isThread = thread !== "" && thread !== MAIN_THREAD;
  return isThread ? [advanced, operation(pruneReadMarks, userNid, roomNid, limits.readThreads.value)] : [advanced];
}
