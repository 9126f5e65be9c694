import type { JsonObject } from "@patrix/api";
import type { PollResults } from "@patrix/events/unstable";
import type { EventId } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";
import type { PollOptions } from "./sender.ts";

const maxAnswers = 20;

/**
 * A poll, by the names that clients use before it is specified.
 *
 * @throws {ClientError} `INVALID_OPTIONS` for no answer, or more than 20, and for a number of choices that is not between 1 and that of the answers.
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3381}
 */
export function pollContent(question: string, answers: readonly string[], { kind = "disclosed", max = 1 }: PollOptions = {}): JsonObject {
  if (answers.length === 0 || answers.length > maxAnswers)
    throw new ClientError("INVALID_OPTIONS", `answers: 1 to ${maxAnswers} are wanted, and there are ${answers.length}`);
  if (!Number.isInteger(max) || max < 1 || max > answers.length)
    throw new ClientError("INVALID_OPTIONS", `max: a whole number from 1 to ${answers.length} is wanted, and it is ${max}`);
  const inWords = [question, ...answers.map((answer, index) => `${index + 1}. ${answer}`)].join("\n");
  return {
    "org.matrix.msc1767.text": inWords,
    "org.matrix.msc3381.poll.start": {
      question: { "org.matrix.msc1767.text": question },
      kind: `org.matrix.msc3381.poll.${kind}`,
      max_selections: max,
      answers: answers.map((answer, index) => ({ id: `${index + 1}`, "org.matrix.msc1767.text": answer })),
    },
  };
}

/** A vote in a poll. @throws {ClientError} `INVALID_OPTIONS` for what would not count, as far as it is known how the poll stands. */
export function voteContent(pollId: EventId, answers: readonly string[], results: PollResults | undefined): JsonObject {
  const fault = results && faultOf(answers, results);
  if (fault !== undefined) throw new ClientError("INVALID_OPTIONS", `answers: ${fault}`);
  return { "m.relates_to": { rel_type: "m.reference", event_id: pollId }, "org.matrix.msc3381.poll.response": { answers: [...answers] } };
}

function faultOf(chosen: readonly string[], { answers, maxSelections, endedTs }: PollResults): string | undefined {
  if (endedTs !== undefined) return "the poll has ended";
  const unknown = chosen.find((id) => !answers.some((answer) => answer.id === id));
  if (unknown !== undefined) return `the poll has no answer ${unknown}`;
  return chosen.length > maxSelections ? `${maxSelections} at most are wanted, and there are ${chosen.length}` : undefined;
}

/** The end of a poll, with what came of it in words. */
export function pollEndContent(pollId: EventId, text: string | undefined, results: PollResults | undefined): JsonObject {
  return {
    "m.relates_to": { rel_type: "m.reference", event_id: pollId },
    "org.matrix.msc3381.poll.end": {},
    "org.matrix.msc1767.text": text ?? outcomeOf(results),
  };
}

function outcomeOf(results: PollResults | undefined): string {
  const most = Math.max(0, ...(results?.answers ?? []).map(({ voters }) => voters.length));
  if (!results || most === 0) return "The poll has ended.";
  const best = results.answers.filter(({ voters }) => voters.length === most).map((answer) => answer.text);
  return `The poll has ended. Most votes (${most}): ${best.join(", ")}`;
}
