import type { Issue, Model, ParseOptions } from "@patrix/api";
import { unknownValues } from "./unknown-values.ts";

/** What became of a payload under check. */
export interface Report {
  /** What the payload was taken for, such as `event m.room.member` or `client-server createRoom, response`. */
  readonly as: string;
  readonly valid: boolean;
  /** What is wrong, with JSON pointers into the payload. */
  readonly issues: readonly Issue[];
  /** Malformed optional fields that readers ignore, such as a relation; they do not make an event invalid. */
  readonly ignored: readonly Issue[];
  /** How many events were looked into. */
  readonly events: number;
  /** How many of them are of a type that nobody declared; of those only the envelope is known. */
  readonly unknownEvents: number;
}

/** How strictly a payload is checked. */
export interface CheckMode {
  /** Refuses values that the specification does not list, also where it lets others pass. */
  readonly strict?: boolean | undefined;
  /** Lets pass what peers are known to get wrong, as lenient mode repairs it. */
  readonly lenient?: boolean | undefined;
}

/** Collects what a check finds. */
export class ReportBuilder {
  /** How the parts are to be parsed. */
  readonly parsing: ParseOptions;
  readonly #strict: boolean;
  readonly issues: Issue[] = [];
  readonly ignored: Issue[] = [];
  events = 0;
  unknownEvents = 0;

  constructor({ strict = false, lenient = false }: CheckMode = {}) {
    this.#strict = strict;
    this.parsing = lenient ? { mode: "lenient" } : {};
  }

  /** Adds values that a model does not list, if the check is strict. */
  addUnknown(pointer: string, model: Model<unknown> | undefined, value: unknown): void {
    if (this.#strict && model?.kind === "json") this.add(pointer, unknownValues(model, value));
  }

  /** Adds problems of a part of the payload. */
  add(pointer: string, issues: readonly Issue[]): void {
    this.issues.push(...prefixed(pointer, issues));
  }

  /** Adds malformed fields that readers ignore. */
  addIgnored(pointer: string, issues: readonly Issue[]): void {
    this.ignored.push(...prefixed(pointer, issues));
  }

  /** Ends the check. */
  finish(as: string): Report {
    const { issues, ignored, events, unknownEvents } = this;
    return { as, valid: issues.length === 0, issues, ignored, events, unknownEvents };
  }
}

function prefixed(pointer: string, issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, pointer: pointer + issue.pointer }));
}
