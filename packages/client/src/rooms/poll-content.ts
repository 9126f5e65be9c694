import type { JsonObject } from "@patrix/api";
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
