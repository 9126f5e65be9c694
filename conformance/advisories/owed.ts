/** The issue that brings a feature: it pays what its advisories ask for. */
export type Issue = "G" | "H" | "I" | "after I";

/** Advisories of other Matrix software about what Patrix does not have yet: it may not ship before their tests pass. */
export interface Owed {
  /** Numbers in the table of advisories. */
  readonly rows: readonly number[];
  readonly issue: Issue;
  /** What is still to come. */
  readonly feature: string;
}

/** Every row without a test here. */
export const owed: readonly Owed[] = [
  { rows: [5], issue: "after I", feature: "third-party identifiers" },
  { rows: [10, 11], issue: "after I", feature: "single sign-on and OAuth" },
  { rows: [18], issue: "G", feature: "sliding sync" },
  { rows: [37], issue: "after I", feature: "commands of administrators" },
  { rows: [44, 45, 48], issue: "G", feature: "URL previews" },
  { rows: [86, 87, 88, 90, 91, 92, 93, 98, 99], issue: "I", feature: "a client that encrypts" },
];
