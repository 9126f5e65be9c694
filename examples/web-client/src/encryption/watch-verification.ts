import { type Verification, LiveValue } from "@patrix/client";

/** The verification that is shown, if there is one. */
export const shownVerification: LiveValue<Verification | undefined> = new LiveValue<Verification | undefined>(undefined);

/** Shows a verification until it is over and put away. */
export function watchVerification(verification: Verification): void {
  shownVerification.set(verification);
}
