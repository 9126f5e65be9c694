import { CliError } from "../errors.ts";

/** Checks that an operand is the name of a server. @throws {@link CliError} `INVALID_INPUT`. */
export async function requireServerName(name: string): Promise<void> {
  const { isServerName } = await import("@patrix/identifiers");
  if (!isServerName(name))
    throw new CliError("INVALID_INPUT", `${JSON.stringify(name)} is not a server name, such as example.org or localhost:8448`);
}
