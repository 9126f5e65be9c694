/** Something that must not happen, with what brought it about. */
export interface Finding {
  /** The route or the parser. */
  readonly target: string;
  readonly input: unknown;
  readonly what: string;
}

/** What a fuzzer did. */
export interface FuzzReport {
  readonly inputs: number;
  readonly findings: readonly Finding[];
  /** Counts by whatever tells the outcomes apart. */
  readonly outcomes: ReadonlyMap<string, number>;
  /** Targets that were never met with success, though they should have been. */
  readonly neverMet: readonly string[];
}
