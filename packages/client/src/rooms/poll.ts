import type { PollResults } from "@patrix/events/unstable";
import type { EventId } from "@patrix/identifiers";
import type { Live } from "../live/live.ts";
import type { Sending } from "../outbox/sending.ts";
import type { TransactionOptions } from "./sender.ts";

/**
 * A poll, kept up to date until it is disposed of: all its votes are fetched, and those that come are counted.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3381}
 * @example
 * await using poll = room.poll(await room.send.poll("Tea?", ["yes", "no"]));
 * const { answers } = await poll.loaded();
 * poll.vote(answers[0].id);
 * for await (const results of poll.results) show(results);
 */
export interface Poll extends AsyncDisposable {
  readonly id: EventId;
  /**
   * How it stands; `undefined` until all votes are there, and once it is redacted. Those of a poll that is not disclosed are in it before the
   * end as well: whoever shows them waits for `endedTs`.
   */
  readonly results: Live<PollResults | undefined>;
  /** Resolves when all votes are there. @throws {MatrixError} `M_NOT_FOUND`. @throws {ClientError} `NOT_FOUND` where the event is no poll. */
  loaded(): Promise<PollResults>;
  /**
   * Chooses answers by their IDs, in place of those that the user has chosen before; none takes the vote back. It fails with `INVALID_OPTIONS`
   * for an answer that the poll does not have, for more than one may choose, and after its end, as far as that is known.
   */
  vote(answers: string | readonly string[], options?: TransactionOptions): Sending;
  /** Ends it. Others count that if the user began the poll, or may redact it. @param text - The result in words. Default: who won by how many. */
  end(text?: string, options?: TransactionOptions): Sending;
}
