import { hash } from "node:crypto";

/** What stands for a secret token in a map: by the time of a look-up nobody can tell how much of a token is right. */
export function keyOfToken(token: string): string {
  return hash("sha256", token, "base64url");
}
