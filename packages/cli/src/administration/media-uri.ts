import { CliError } from "../errors.ts";

/** The path of a file in requests of administrators, from its URI. @throws {@link CliError} `INVALID_INPUT`. */
export async function mediaPath(uri: string): Promise<string> {
  const { isMxcUri, parseMxcUri } = await import("@patrix/identifiers");
  if (!isMxcUri(uri)) throw new CliError("INVALID_INPUT", `${uri} is not the URI of a file, such as mxc://example.org/abc`);
  const file = parseMxcUri(uri);
  return `${encodeURIComponent(file.serverName)}/${encodeURIComponent(file.mediaId)}`;
}
