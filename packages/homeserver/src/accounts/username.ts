import { randomInt } from "node:crypto";
import { AccountError } from "./errors.ts";

const MAX_USER_ID_BYTES = 255;

/** Builds the user ID of a localpart. */
export function toUserId(localpart: string, serverName: string): `@${string}:${string}` {
  return `@${localpart}:${serverName}`;
}

/**
 * Checks the localpart that a client wants to register, and folds its capitals.
 *
 * @throws {AccountError} `INVALID_USERNAME`.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#user-identifiers}
 */
export function checkLocalpart(localpart: string, serverName: string): string {
  const folded = localpart.toLowerCase();
  if (!/^[a-z0-9._=\-/+]+$/.test(folded))
    throw new AccountError("INVALID_USERNAME", "username: only the characters a-z, 0-9, ., _, =, -, / and + are allowed");
  if (folded.startsWith("_")) throw new AccountError("INVALID_USERNAME", "username: it must not begin with _");
  if (toUserId(folded, serverName).length > MAX_USER_ID_BYTES)
    throw new AccountError("INVALID_USERNAME", `username: the user ID would exceed ${MAX_USER_ID_BYTES} bytes`);
  return folded;
}

/**
 * Checks the localpart of a user of an application service, or of the server itself: it may begin with `_`, and is used exactly as it is
 * given.
 *
 * @throws {AccountError} `INVALID_USERNAME`.
 */
export function checkReservedLocalpart(localpart: string, serverName: string): string {
  if (localpart !== localpart.toLowerCase()) throw new AccountError("INVALID_USERNAME", "username: it must have no capitals");
  checkLocalpart(
    localpart.replace(/^_+(?=.)/, (underscores) => "=".repeat(underscores.length)),
    serverName,
  );
  return localpart;
}

/** Makes up a localpart. */
export function randomLocalpart(): string {
  return String(randomInt(1e11, 1e12));
}
