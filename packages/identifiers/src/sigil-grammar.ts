import type { IdentifierErrorCode } from "./errors.ts";
import { fitsIdentifier } from "./schema.ts";
import { isServerName, type ServerName } from "./server-name.ts";

/** What stands between sigil and first colon, and after it. */
export interface LocalpartAndServer {
  readonly localpart: string;
  readonly serverName: ServerName;
}

/** In Unicode mode a surrogate matches only where it is not half of a pair. */
// eslint-disable-next-line no-control-regex -- NUL is what identifiers may not contain
const forbidden = /[\u0000\ud800-\udfff]/u;

/** Checks what all identifiers with a sigil share: the sigil, at most 255 bytes, neither NUL nor lone surrogates. */
export function sigilProblem(text: string, sigil: string): IdentifierErrorCode | undefined {
  if (!text.startsWith(sigil)) return text === "" ? "EMPTY" : "MISSING_SIGIL";
  if (!fitsIdentifier(text)) return "TOO_LONG";
  return forbidden.test(text) ? "INVALID_CHARACTER" : undefined;
}

/** Splits `<sigil>localpart:server` at the first colon. @returns the broken rule instead, if one is. */
export function readLocalpartAndServer(text: string, sigil: string): LocalpartAndServer | IdentifierErrorCode {
  const problem = sigilProblem(text, sigil);
  if (problem !== undefined) return problem;
  const colon = text.indexOf(":");
  if (colon < 0) return "MISSING_COLON";
  const serverName = text.slice(colon + 1);
  return isServerName(serverName) ? { localpart: text.slice(1, colon), serverName } : "INVALID_SERVER_NAME";
}
