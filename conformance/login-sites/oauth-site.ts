// A homeserver of ours whose users log in by OAuth 2.0: before it stands an OpenID provider from npm, and what gives a token of that the meaning
// of one of ours.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { type AuthorizationSite, openAuthorizationSite } from "./authorization-site.ts";
import { close, forward, json, listen } from "./front.ts";

/** Both servers, and what tests change of them. */
export interface OAuthSite extends AsyncDisposable {
  /** The homeserver as clients see it. */
  readonly url: string;
  /** The authorization server. */
  readonly issuer: string;
  /** The homeserver behind it; users have the password `secret`. */
  readonly server: TestHomeserver;
  /** What was asked of the authorization server: methods and paths. */
  readonly asked: string[];
  /** Changes what is said of the authorization server. */
  describe: (metadata: Record<string, unknown>) => unknown;
  /** What `GET /login` answers; by default that there is no such thing. */
  flows: readonly object[] | undefined;
  /** Whether tokens that are not known are answered with the request to log in again. */
  isSoft: boolean;
  /** Lifetime of access tokens, in seconds. */
  lifetime: number;
  /** Ends all access tokens, as time does. */
  expire(): void;
  /** Ends all sessions, as users do on the account page. */
  endSessions(): void;
}

/** Starts both, with some users. */
export async function openOAuthSite(users: readonly string[], config: Readonly<Record<string, unknown>> = {}): Promise<OAuthSite> {
  const server = await testHomeserver({ config });
  for (const user of users) await server.register(user);
  const front = createServer();
  const url = await listen(front);
  const authorization = await openAuthorizationSite({ homeserver: url, lifetime: () => site.lifetime });
  const { issuer, asked } = authorization;
  const real = new Map<string, string>();
  const site: OAuthSite = {
    url,
    issuer,
    server,
    asked,
    describe: (metadata) => metadata,
    flows: undefined,
    isSoft: false,
    lifetime: 300,
    expire: () => authorization.expire(),
    endSessions: () => authorization.endSessions(),
    async [Symbol.asyncDispose]() {
      await close(front);
      await authorization[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
  front.on("request", (request: IncomingMessage, response: ServerResponse) => {
    answer(site, { authorization, real }, request, response).catch(() => response.destroy());
  });
  return site;
}

interface Translation {
  readonly authorization: AuthorizationSite;
  /** Access tokens of the homeserver, by user and device. */
  readonly real: Map<string, string>;
}

async function answer(site: OAuthSite, translation: Translation, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", site.url);
  if (pathname.endsWith("/auth_metadata")) return json(response, 200, await site.describe(await metadataOf(site)));
  if (pathname === "/_matrix/client/v3/login" && request.method === "GET")
    return site.flows ? json(response, 200, { flows: site.flows }) : json(response, 404, { errcode: "M_UNRECOGNIZED", error: "no" });
  const given = request.headers.authorization?.slice(7);
  const token = given === undefined ? undefined : await realToken(site, translation, given);
  if (given !== undefined && token === undefined)
    return json(response, 401, { errcode: "M_UNKNOWN_TOKEN", error: "Token is not active", soft_logout: site.isSoft });
  await forward(site.server, { request, response, token, connectsTo: site.issuer });
}

async function metadataOf({ issuer }: OAuthSite): Promise<Record<string, unknown>> {
  // The form of an answer that a test looks at.
  return (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
}

/** A token of the homeserver for one of the provider; nothing if that is none, or has ended. */
async function realToken({ server }: OAuthSite, { authorization, real }: Translation, given: string): Promise<string | undefined> {
  const found = await authorization.find(given);
  if (!found) return undefined;
  const { user, device } = found;
  const known = real.get(`${user}|${device}`);
  if (known !== undefined) return known;
  const { body } = await server.request("POST", "/_matrix/client/v3/login", {
    type: "m.login.password",
    identifier: { type: "m.id.user", user },
    password: "secret",
    device_id: device,
  });
  const token = String(body["access_token"]);
  real.set(`${user}|${device}`, token);
  return token;
}
