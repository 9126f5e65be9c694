import { isJsonObject } from "@patrix/api";
import type { EventId, UserId } from "@patrix/identifiers";
import type { ClientEventWithoutRoomId } from "../envelopes/client-event.ts";
import { isRedacted } from "../relations/is-redacted.ts";
import { getRelation } from "../relations/relation.ts";
import { PollResponse, PollStart } from "./msc3381-polls.ts";

/** What counts of an event that votes in a poll or ends it. */
export type PollEvent = Pick<ClientEventWithoutRoomId, "type" | "sender" | "origin_server_ts" | "event_id" | "content" | "unsigned">;

/** One answer of a poll, and who has chosen it. */
export interface PollAnswerResult {
  readonly id: string;
  readonly text: string;
  /** In the order of their votes. */
  readonly voters: readonly UserId[];
}

/** How a poll stands. */
export interface PollResults {
  readonly question: string;
  /** At most 20, in the order of the poll. */
  readonly answers: readonly PollAnswerResult[];
  /** How many answers one may choose. */
  readonly maxSelections: number;
  /** Whether votes are to be shown before the end. */
  readonly isDisclosed: boolean;
  /** When it was ended, in milliseconds since the Unix epoch; `undefined` as long as one may vote. */
  readonly endedTs: number | undefined;
}

const MAX_ANSWERS = 20;
const start = "org.matrix.msc3381.poll.start";
const response = "org.matrix.msc3381.poll.response";
const end = "org.matrix.msc3381.poll.end";

/**
 * Counts the votes of a poll: of each user the last one by `origin_server_ts`, if it came before the end and names only answers of the poll.
 *
 * @param poll - The poll, with its last edit.
 * @param related - Events that refer to it, decrypted, in any order; what is no vote and no end is passed over.
 * @param mayEnd - Whether a user other than its sender may end it: whoever may redact it.
 * @returns `undefined` for an event that is no poll, or a malformed or redacted one.
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3381}
 * @example
 * const { answers } = countVotes(poll, related, (user) => levels.can.redact(user, poll.sender)) ?? {};
 */
export function countVotes(poll: PollEvent, related: Iterable<PollEvent>, mayEnd: (userId: UserId) => boolean): PollResults | undefined {
  const parsed = poll.type === start ? PollStart.safeParse(poll.content[start]) : undefined;
  if (!parsed?.ok) return undefined;
  const { question, kind, max_selections: most = 1 } = parsed.value;
  const answers = parsed.value.answers.slice(0, MAX_ANSWERS);
  const maxSelections = Math.max(1, most);
  const own = [...related].filter((event) => refersTo(event, poll.event_id));
  const endedTs = firstEnd(own.filter(({ type, sender }) => type === end && (sender === poll.sender || mayEnd(sender))));
  const known = new Set(answers.map(({ id }) => id));
  const voters = new Map(answers.map(({ id }) => [id, [] as UserId[]]));
  for (const vote of lastVotes(own, endedTs)) for (const id of choices(vote, known, maxSelections)) voters.get(id)?.push(vote.sender);
  return {
    question: question["org.matrix.msc1767.text"],
    answers: answers.map(({ id, "org.matrix.msc1767.text": text }) => ({ id, text, voters: voters.get(id) ?? [] })),
    maxSelections,
    isDisclosed: kind === "org.matrix.msc3381.poll.disclosed",
    endedTs,
  };
}

function refersTo(event: PollEvent, pollId: EventId): boolean {
  if (isRedacted(event)) return false;
  const relation = getRelation(event.content);
  return relation?.kind === "reference" && relation.eventId === pollId;
}

function firstEnd(ends: readonly PollEvent[]): number | undefined {
  return ends.length === 0 ? undefined : Math.min(...ends.map(({ origin_server_ts: ts }) => ts));
}

/** The last vote of each user before the end, whatever it says: a spoilt one takes an earlier one back. */
function lastVotes(events: readonly PollEvent[], endedTs: number | undefined): PollEvent[] {
  const votes = events.filter(({ type, origin_server_ts: ts }) => type === response && (endedTs === undefined || ts <= endedTs));
  const inOrder = votes.toSorted((a, b) => a.origin_server_ts - b.origin_server_ts || compare(a.event_id, b.event_id));
  const last = new Map<UserId, PollEvent>();
  for (const vote of inOrder) {
    last.delete(vote.sender);
    last.set(vote.sender, vote);
  }
  return [...last.values()];
}

/** What a vote is for: nothing where it is spoilt. */
function choices({ content }: PollEvent, known: ReadonlySet<string>, most: number): string[] {
  const raw: unknown = content[response];
  const parsed = isJsonObject(raw) ? PollResponse.safeParse(raw) : undefined;
  const chosen = parsed?.ok === true ? parsed.value.answers.slice(0, most) : [];
  return chosen.every((id) => known.has(id)) ? [...new Set(chosen)] : [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
