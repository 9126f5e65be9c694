import { HomeserverError } from "../errors.ts";

/** What is still to be authenticated. */
export interface UiaProgress {
  /** Each way to authenticate, as its stages. */
  readonly flows: readonly (readonly string[])[];
  readonly completed: readonly string[];
  /** Names the session in the next try. */
  readonly session: string;
  /** Why the last try failed, if there was one. */
  readonly failure?: HomeserverError | undefined;
}

/**
 * Thrown where a request needs User-Interactive Authentication first.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api}
 */
export class UiaChallenge extends HomeserverError {
  override readonly name = "UiaChallenge";
  readonly code = "UIA_REQUIRED";
  readonly progress: UiaProgress;
  constructor(progress: UiaProgress) {
    super(progress.failure?.message ?? "the request needs User-Interactive Authentication");
    this.progress = progress;
  }
}
