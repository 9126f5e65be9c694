import type { JsonObject } from "@patrix/api";
import type { PollResults } from "@patrix/events/unstable";
import type { EventId } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";

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
