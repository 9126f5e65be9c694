import { CliError } from "../errors.ts";

/** Checks that an operand names a room. @throws {@link CliError} `INVALID_INPUT`. */
export async function requireRoom(text: string): Promise<void> {
  const { isRoomAlias, isRoomId } = await import("@patrix/identifiers");
  if (!isRoomId(text) && !isRoomAlias(text))
    throw new CliError("INVALID_INPUT", `${text} is not the ID or alias of a room, such as !abc:example.org or #tea:example.org`);
}
