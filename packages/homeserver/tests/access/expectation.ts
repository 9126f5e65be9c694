import { type Era, eras } from "./actors.ts";

/** The status of an answer, with its error code if it has one. */
export type Expected = `${number}` | `${number} ${string}`;

/** Refusals, each with the words of the specification that ask for it. */
export const refused = {
  /** "You aren't a member of the room", and power levels that do not suffice. */
  forbidden: "403 M_FORBIDDEN",
  /** Guests get at what is listed under "Guest access" alone. */
  guest: "403 M_GUEST_ACCESS_FORBIDDEN",
  /** "The event was not found or you do not have permission to read this event." */
  notFound: "404 M_NOT_FOUND",
  missingToken: "401 M_MISSING_TOKEN",
  unknownToken: "401 M_UNKNOWN_TOKEN",
  /** Of a locked account, on all but the logouts. */
  locked: "401 M_USER_LOCKED",
} as const satisfies Record<string, Expected>;

/** What an answer may and must hold of what was planted in the room. */
export interface Markers {
  /** The eras whose messages it shows, no more and no less. */
  readonly messages: readonly Era[];
  /** Whether it shows the newest messages only, as many as it likes. */
  readonly isExcerpt?: boolean;
  /** The newest state that it shows; left out where it need not show any. */
  readonly newestState?: Era | "none";
  /** The eras whose state it may show. */
  readonly states: readonly Era[];
  /** Whether it may name who came when some had left. */
  readonly latecomer: boolean;
}

/** Nothing of the room at all. */
export const nothing: Markers = { messages: [], states: [], latecomer: false };

/** Says what is wrong with the markers of an answer. */
export function findLeaks(text: string, { messages, isExcerpt, newestState = "none", states, latecomer }: Markers): string[] {
  const found = (kind: string): Era[] => eras.filter((era) => text.includes(`${kind}-${era}`));
  const findings: string[] = [];
  const shown = found("message");
  const wanted = isExcerpt && shown.length > 0 ? messages.slice(-shown.length) : messages;
  if (shown.join() !== wanted.join()) findings.push(`expected the messages [${messages.join()}], got [${shown.join()}]`);
  const leaked = found("state").filter((era) => !states.includes(era));
  if (leaked.length > 0) findings.push(`it shows the state of [${leaked.join()}]`);
  if (newestState !== "none" && !text.includes(`state-${newestState}`)) findings.push(`it lacks the state of ${newestState}`);
  if (!latecomer && text.includes("latecomer")) findings.push("it names who came later");
  return findings;
}
