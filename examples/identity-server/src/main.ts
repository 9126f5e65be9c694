// Looks up users by e-mail address, for people whose homeserver vouches for them. The addresses stand in a table.
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { matrixError } from "@patrix/api";
import { exchangeOpenIdToken } from "@patrix/federation-api";
import type { UserId } from "@patrix/identifiers";
import { getAccount, getHashDetails, lookupUsers, ping, registerAccount } from "@patrix/identity-api";
import { type Authenticate, type HandledEndpoint, handle } from "@patrix/server";
import { nodeListener } from "@patrix/server/node";

const { FEDERATION = "https://localhost:8448", ADDRESSES = "{}", PORT = "8090" } = process.env;
const users = new Map<string, UserId>();
const pepper = randomBytes(16).toString("hex");
const hash = (address: string): string => createHash("sha256").update(`${address} email ${pepper}`).digest("base64url");
const byHash = new Map(Object.entries<string>(JSON.parse(ADDRESSES)).map(([address, userId]) => [hash(address), userId]));

const handlers: HandledEndpoint<UserId>[] = [
  handle(ping, () => ({})),
  handle(registerAccount, async ({ body: { access_token } }) => {
    const answer = await fetch(exchangeOpenIdToken.request({ query: { access_token } }, { baseUrl: FEDERATION }).url);
    const { sub } = exchangeOpenIdToken.parseResponse({ status: answer.status, body: await answer.json() });
    const token = randomBytes(32).toString("base64url");
    users.set(token, sub);
    return { token };
  }),
  handle(getAccount, (_request, { user }) => ({ user_id: user })),
  handle(getHashDetails, () => ({ lookup_pepper: pepper, algorithms: ["sha256"] })),
  handle(lookupUsers, ({ body: { algorithm, pepper: theirs, addresses } }) => {
    if (algorithm !== "sha256") throw matrixError("M_INVALID_PARAM", "algorithm: expected sha256");
    if (theirs !== pepper) throw matrixError("M_INVALID_PEPPER", "the pepper has changed", { algorithm, lookup_pepper: pepper });
    return { mappings: Object.fromEntries([...byHash].filter(([address]) => addresses.includes(address))) };
  }),
];

const authenticate: Authenticate<UserId> = ({ token = "" }) => {
  const user = users.get(token);
  if (user) return user;
  throw matrixError("M_UNAUTHORIZED", "register with an OpenID token first");
};
export const server = createServer(nodeListener(handlers, { authenticate })).listen(Number(PORT));
