import { isJsonObject, type JsonObject } from "@patrix/api";
import { type CanonicalJsonErrorCode, JsonParseError, LENIENT_NUMBERS, parseStrictJson, scanJson } from "@patrix/canonical-json";
import type { RoomVersionRules } from "@patrix/room-versions";
import type { Terminal } from "../command-line/terminal.ts";
import { CliError } from "../errors.ts";
import { type Input, readInput } from "./read-input.ts";

/**
 * Parses any JSON text.
 *
 * @throws {@link CliError} `INVALID_INPUT` with the byte and the place where the text stops being JSON.
 */
export function parseJsonInput({ name, bytes }: Input): unknown {
  const { text, offsetBytes } = decodeUtf8(bytes);
  if (text === undefined) throw new CliError("INVALID_INPUT", `${name} is not UTF-8 text (byte ${offsetBytes}); is it a JSON file?`);
  try {
    const value: unknown = JSON.parse(text);
    if (isDeeper(value, maxDepth)) throw new CliError("INVALID_INPUT", `${name} is nested more than ${maxDepth} levels deep`);
    return value;
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const { issues } = scanJson(text, { maxDepth, allow: notSyntax });
    const last = issues.at(-1);
    const where =
      last === undefined ? "" : `: ${last.message}, byte ${last.offsetBytes}${last.pointer === "" ? "" : ` (at ${last.pointer})`}`;
    throw new CliError("INVALID_INPUT", `${name} is not JSON${text.trim() === "" ? ": it is empty" : where}`, { cause });
  }
}

/**
 * Parses the JSON of something that is hashed or signed, strictly where the room version says so, so that nothing is hidden or lost.
 *
 * @throws {@link CliError} `INVALID_INPUT` with rule, byte and place of the first offence.
 */
export function parseSignedInput({ name, bytes }: Input, rules?: RoomVersionRules): JsonObject {
  const isStrict = rules?.authorization.strictCanonicalJson ?? true;
  try {
    const value = parseStrictJson(bytes, { allow: isStrict ? [] : LENIENT_NUMBERS });
    if (isJsonObject(value)) return value;
  } catch (error) {
    if (!(error instanceof JsonParseError)) throw error;
    throw new CliError("INVALID_INPUT", `${name}: ${error.message}`, { cause: error });
  }
  throw new CliError("INVALID_INPUT", `${name} holds no JSON object`);
}

/** Reads and parses a JSON object that is hashed or signed; see {@link parseSignedInput}. */
export async function readSignedObject(path: string | undefined, terminal: Terminal, rules?: RoomVersionRules): Promise<JsonObject> {
  return parseSignedInput(await readInput(path, terminal), rules);
}

/** Deeper values are refused: nothing of the protocol comes near it. */
const maxDepth = 1000;
/** What Canonical JSON forbids and JSON allows. */
const notSyntax: readonly CanonicalJsonErrorCode[] = [...LENIENT_NUMBERS, "DUPLICATE_KEY", "LONE_SURROGATE"];

function isDeeper(value: unknown, levels: number): boolean {
  let layer: unknown[] = [value];
  for (let depth = 0; layer.length > 0; depth += 1) {
    if (depth > levels) return true;
    layer = layer.flatMap((each): unknown[] => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
  return false;
}

function decodeUtf8(bytes: Uint8Array): { text?: string; offsetBytes?: number } {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { offsetBytes: scanJson(bytes).issues[0]?.offsetBytes ?? 0 };
  }
}
