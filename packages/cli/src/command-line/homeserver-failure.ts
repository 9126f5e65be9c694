import { CliError } from "../errors.ts";

/** Turns what the homeserver says it could not do into `CANNOT_START`, in its words; anything else stays as it is. */
export async function homeserverFailure(error: unknown): Promise<unknown> {
  const { HomeserverError } = await import("@patrix/homeserver");
  return error instanceof HomeserverError ? new CliError("CANNOT_START", error.message, { cause: error }) : error;
}
