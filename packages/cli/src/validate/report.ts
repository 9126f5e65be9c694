import type { Issue } from "@patrix/api";

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

/** Collects what a check finds. */
export class ReportBuilder {
  readonly issues: Issue[] = [];
  readonly ignored: Issue[] = [];
  events = 0;
  unknownEvents = 0;

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
