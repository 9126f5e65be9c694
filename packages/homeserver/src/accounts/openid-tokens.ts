import { requireWithin } from "../errors.ts";
import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import { countOpenIdTokens, deleteOldOpenIdTokens, insertOpenIdToken, openIdTokenOwner } from "../store/statements/accounts.ts";
import { createToken, hashToken } from "./random-token.ts";

/** How long an OpenID token is valid. */
export const OPENID_TOKEN_LIFETIME_MS: number = 60 * 60_000;

/** Issues a token with which a third party can learn who the user is. @throws {LimitError} If the user has too many. */
export async function issueOpenIdToken(core: Core, userNid: number): Promise<string> {
  const token = createToken("pao");
  const now = core.clock.now();
  const known = await core.store.get(countOpenIdTokens, userNid, now);
  requireWithin("openIdTokens", (known?.count ?? 0) + 1, "the token");
  const operations = [
    operation(deleteOldOpenIdTokens, now),
    operation(insertOpenIdToken, hashToken(token), userNid, now + OPENID_TOKEN_LIFETIME_MS),
  ];
  await core.log.append({ positions: [], operations });
  return token;
}

/** The ID of the user who asked for a token; `undefined` for one that is not valid. */
export async function userOfOpenIdToken(core: Core, token: string): Promise<string | undefined> {
  const row = await core.store.get(openIdTokenOwner, hashToken(token), core.clock.now());
  return row && core.users.text(row.user_nid);
}
