import { CanonicalJsonError } from "@patrix/canonical-json";
import { SignaturesError } from "@patrix/signatures";
import { CliError } from "../errors.ts";

/** Turns the errors of the protocol packages about a given value into `INVALID_INPUT`. */
export function refusedAsInput<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    const isKnown = error instanceof SignaturesError || error instanceof CanonicalJsonError;
    throw isKnown ? new CliError("INVALID_INPUT", `${error.message} [${error.code}]`, { cause: error }) : error;
  }
}
