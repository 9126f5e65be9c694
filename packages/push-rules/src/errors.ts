/** What is wrong with a change to a ruleset. */
export type PushRulesErrorCode =
  /** There is no rule with this ID among the rules of the kind. */
  | "RULE_NOT_FOUND"
  /** The rule named by `before` or `after` does not exist. */
  | "RELATIVE_RULE_NOT_FOUND"
  /** `before` or `after` names a server-default rule. */
  | "RELATIVE_TO_DEFAULT_RULE"
  /** A leading dot is reserved for server-default rules, which cannot be added, moved or removed. */
  | "DEFAULT_RULE"
  /** The rule ID is empty, has a slash or backslash, or is not the user ID that a sender rule needs. */
  | "INVALID_RULE_ID"
  /** A content rule needs a `pattern`. */
  | "MISSING_PATTERN";

/** Thrown when a change to a ruleset is not permitted; match on `code`. */
export class PushRulesError extends Error {
  override readonly name = "PushRulesError";
  readonly code: PushRulesErrorCode;
  constructor(code: PushRulesErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
