/** Whether a user is there. */
export type PresenceState = "online" | "unavailable" | "offline";

/** What others see of a user. */
export interface ShownPresence {
  readonly presence: PresenceState;
  readonly statusMsg: string | undefined;
  /** When the user last did something; `undefined` for one who has not since the start. */
  readonly lastActiveTs: number | undefined;
  readonly isActive: boolean;
}
