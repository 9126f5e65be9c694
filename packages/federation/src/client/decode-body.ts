import type { ModelKind } from "@patrix/api";
import { FederationError } from "../errors.ts";
import { parseInTurns } from "./parse-in-turns.ts";

/** What the bytes of a body are to become. */
export interface BodyKind {
  readonly kind: ModelKind;
  readonly status: number;
  /** Lets others have their turn while a large body is parsed. Default: it is parsed at once. */
  readonly turnIfDue?: (() => Promise<void> | undefined) | undefined;
}

/**
 * Brings the bytes of a body into what the decoder of an endpoint expects: parsed JSON for JSON endpoints and for errors, else bytes.
 *
 * @throws {@link FederationError} `MALFORMED_RESPONSE` for a good response whose JSON cannot be read.
 */
export async function decodeBody(bytes: Uint8Array, { kind, status, turnIfDue }: BodyKind): Promise<unknown> {
  if (status < 400 && kind !== "json" && kind !== "html") return bytes;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (status < 400 && kind === "html") return text;
    return turnIfDue ? await parseInTurns(text, turnIfDue) : JSON.parse(text);
  } catch (cause) {
    // The page of a proxy, mostly; the status says enough.
    if (status >= 300) return undefined;
    throw new FederationError("MALFORMED_RESPONSE", "the response is not JSON", { cause });
  }
}
