/** An event that the authorization rules allow. */
export interface Allowed {
  readonly outcome: "allowed";
  /** Number of the rule that decided, such as `v12:11`; absent where no rule has had to. */
  readonly rule?: string | undefined;
  /** Name of that rule, the same in every room version, such as `otherwise_allow`. */
  readonly ruleId?: string | undefined;
}

/** An event that the authorization rules reject. */
export interface Rejected {
  readonly outcome: "rejected";
  /** Number of the rule on its room version's page, counted by position, such as `v12:5.3.5.2`. */
  readonly rule: string;
  /** Name of the rule, the same in every room version, such as `member.join.sender_banned`. */
  readonly ruleId: string;
  /** What the rule found, for logs. */
  readonly reason: string;
  readonly eventId: string;
}

/** What the authorization rules say about an event. */
export type AuthOutcome = Allowed | Rejected;
