import { CliError } from "../errors.ts";

/** Checks that an operand is a user ID. @throws {@link CliError} `INVALID_INPUT`. */
export async function requireUserId(text: string): Promise<void> {
  const { isUserId } = await import("@patrix/identifiers");
  if (!isUserId(text)) throw new CliError("INVALID_INPUT", `${text} is not a user ID, such as @alice:example.org`);
}
