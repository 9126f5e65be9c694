import type { AppliedRepair, Issue, Model, ParseOptions } from "@patrix/api";
import { unknownValues } from "./unknown-values.ts";

/**
 * Whether a check is strict, or does what readers do who know what peers get wrong; `closed` is strict and refuses values that the
 * specification does not list, also where it lets others pass.
 */
export type CheckMode = "strict" | "lenient" | "closed";

/** What became of a payload under check. */
export interface Report {
  /** What the payload was taken for, such as `event m.room.member` or `client-server createRoom, response`. */
  readonly as: string;
  readonly valid: boolean;
  /** What is wrong, with JSON pointers into the payload. */
  readonly issues: readonly Issue[];
  /** Malformed optional fields that readers ignore, such as a relation; they do not make an event invalid. */
  readonly ignored: readonly Issue[];
  /** What readers take for something else: by the words of the specification, or because the check was lenient. */
  readonly repaired: readonly AppliedRepair[];
  /** How many events were looked into. */
  readonly events: number;
  /** How many of them are of a type that nobody declared; of those only the envelope is known. */
  readonly unknownEvents: number;
}

/** Collects what a check finds. */
export class ReportBuilder {
  readonly issues: Issue[] = [];
  readonly ignored: Issue[] = [];
  readonly repaired: AppliedRepair[] = [];
  readonly mode: CheckMode;
  events = 0;
  unknownEvents = 0;

  constructor(mode: CheckMode) {
    this.mode = mode;
  }

  get parseMode(): "strict" | "lenient" {
    return this.mode === "lenient" ? "lenient" : "strict";
  }

  /** Adds values that a model does not list, if the check is closed. */
  addUnknown(pointer: string, model: Model<unknown> | undefined, value: unknown): void {
    if (this.mode === "closed" && model?.kind === "json") this.add(pointer, unknownValues(model, value));
  }

  /** How a part of the payload is parsed, so that what is repaired or left out comes into the report. */
  parsing(pointer: string): ParseOptions {
    return {
      mode: this.parseMode,
      onRepair: (repair) => this.repaired.push({ ...repair, pointer: pointer + repair.pointer }),
      onLeftOut: (issue) => this.addIgnored(pointer, [issue]),
    };
  }

  /** Adds what was found in another part of the payload. */
  addReport(pointer: string, { issues, ignored, repaired, events, unknownEvents }: Omit<Report, "as" | "valid">): void {
    this.add(pointer, issues);
    this.addIgnored(pointer, ignored);
    this.repaired.push(...repaired.map((repair) => ({ ...repair, pointer: pointer + repair.pointer })));
    this.events += events;
    this.unknownEvents += unknownEvents;
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
    const { issues, ignored, repaired, events, unknownEvents } = this;
    return { as, valid: issues.length === 0, issues, ignored, repaired, events, unknownEvents };
  }
}

function prefixed(pointer: string, issues: readonly Issue[]): Issue[] {
  return issues.map((issue) => ({ ...issue, pointer: pointer + issue.pointer }));
}
