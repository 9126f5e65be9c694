import { LENIENT_NUMBERS, parseStrictJson } from "@patrix/canonical-json";
import { ConfigError } from "./errors.ts";

/**
 * Parses the text of a file, YAML or JSON.
 *
 * @param what - Names the file in the message.
 * @throws {ConfigError} `NOT_PARSEABLE`.
 */
export async function parseSettings(text: string, what: string): Promise<unknown> {
  const json = parseJson(text);
  if (json !== undefined) return json;
  // Loaded only where it is needed: it takes a tenth of the start. Its names are on the default export wherever it is bundled.
  const { default: yaml } = await import("yaml");
  try {
    return yaml.parse(text, { maxAliasCount: 100 });
  } catch (error) {
    const [start] = (error instanceof yaml.YAMLParseError ? error.linePos : undefined) ?? [];
    const rule = error instanceof yaml.YAMLParseError ? `: ${error.code}${start ? ` in line ${start.line}, column ${start.col}` : ""}` : "";
    // Neither the message nor the cause is kept: both quote the line, and a secret may stand in it.
    throw new ConfigError("NOT_PARSEABLE", `${what} is neither YAML nor JSON${rule}`);
  }
}

/** @returns `undefined` where the text is no JSON, or has a key twice, whose place the other parser tells. */
function parseJson(text: string): unknown {
  try {
    return parseStrictJson(text, { allow: LENIENT_NUMBERS });
  } catch {
    return undefined;
  }
}
