/** One thing that lenient parsing put right, or let pass. */
export interface AppliedRepair {
  /** JSON pointer into the payload. */
  readonly pointer: string;
  /** Name of the rule, such as `empty-string-null`. */
  readonly rule: string;
  /** What the payload has there; `undefined` if nothing. */
  readonly original: unknown;
}
