/** The rule of the PDU format that a member breaks. */
export type PduRule =
  | "NOT_AN_OBJECT"
  | "MISSING"
  | "WRONG_TYPE"
  | "TOO_LONG"
  | "TOO_MANY"
  | "OUT_OF_RANGE"
  | "GRAMMAR"
  | "REFERENCE"
  | "NOT_CANONICAL"
  | "TOO_LARGE";

/** One thing that is wrong with the format of a PDU. */
export interface PduIssue {
  /** JSON pointer to the member; empty for the whole PDU. */
  readonly pointer: string;
  readonly rule: PduRule;
  /** What is wrong, for logs. */
  readonly message: string;
}
