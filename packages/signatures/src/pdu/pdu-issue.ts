/** The rule of the PDU format that a member breaks. */
export type PduRule =
  | "not_an_object"
  | "missing"
  | "wrong_type"
  | "too_long"
  | "too_many"
  | "out_of_range"
  | "grammar"
  | "reference"
  | "not_canonical"
  | "too_large";

/** One thing that is wrong with the format of a PDU. */
export interface PduIssue {
  /** JSON pointer to the member; empty for the whole PDU. */
  readonly pointer: string;
  readonly rule: PduRule;
  /** What is wrong, for logs. */
  readonly message: string;
}
