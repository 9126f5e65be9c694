import { ConfigError } from "./errors.ts";

/**
 * Parses the text of a file, YAML or JSON.
 *
 * @param what - Names the file in the message.
 * @throws {ConfigError} `NOT_PARSEABLE`.
 */
export async function parseSettings(text: string, what: string): Promise<unknown> {
  // Loaded only where there is a file: it takes a tenth of the start.
  const { parse, YAMLParseError } = await import("yaml");
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const [start] = (error instanceof YAMLParseError ? error.linePos : undefined) ?? [];
    const rule = error instanceof YAMLParseError ? `: ${error.code}${start ? ` in line ${start.line}, column ${start.col}` : ""}` : "";
    // Neither the message nor the cause is kept: both quote the line, and a secret may stand in it.
    throw new ConfigError("NOT_PARSEABLE", `${what} is neither YAML nor JSON${rule}`);
  }
}
