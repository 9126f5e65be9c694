// A homeserver of ours whose users log in by OAuth 2.0: before it stands an OpenID provider from npm, and what gives a token of that the meaning
// of one of ours.
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { type Configuration, type KoaContextWithOIDC, Provider } from "oidc-provider";
import { close, forward, json, listen } from "./front.ts";
import { tokenAdapter } from "./token-adapter.ts";

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
  const authorization = createServer();
  const [url, issuer] = [await listen(front), await listen(authorization)];
  const tokens = tokenAdapter();
  const provider = new Provider(
    issuer,
    configuration(url, tokens, () => site.lifetime),
  );
  const real = new Map<string, string>();
  const site: OAuthSite = {
    url,
    issuer,
    server,
    asked: [],
    describe: (metadata) => metadata,
    flows: undefined,
    isSoft: false,
    lifetime: 300,
    expire: () => tokens.clear("AccessToken"),
    endSessions: () => tokens.clear("AccessToken", "RefreshToken", "Grant"),
    async [Symbol.asyncDispose]() {
      await Promise.all([close(front), close(authorization)]);
      await server[Symbol.asyncDispose]();
    },
  };
  const handle = provider.callback();
  authorization.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? "/", issuer);
    site.asked.push(`${request.method} ${pathname}`);
    // The provider lets pages of other sites ask for tokens only.
    if (pathname === "/reg") response.setHeader("access-control-allow-origin", "*");
    if (pathname === "/reg" && request.method === "OPTIONS")
      response.writeHead(204, { "access-control-allow-headers": "content-type", "access-control-allow-methods": "POST" }).end();
    else if (pathname.startsWith("/interaction/")) void interact(provider, request, response);
    else void handle(request, response);
  });
  front.on("request", (request: IncomingMessage, response: ServerResponse) => {
    answer(site, { provider, tokens, real }, request, response).catch(() => response.destroy());
  });
  return site;
}

function configuration(resource: string, { adapter }: ReturnType<typeof tokenAdapter>, lifetime: () => number): Configuration {
  const scopes = new Set<string>();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const scopeOf = (ctx: KoaContextWithOIDC): string => {
    const asked = ctx.oidc.params?.["scope"];
    for (const scope of typeof asked === "string" ? asked.split(" ") : []) if (scope.startsWith("urn:matrix:")) scopes.add(scope);
    return [...scopes].join(" ");
  };
  return {
    adapter,
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" } as never] },
    cookies: { keys: ["for a test"] },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx) => ({ scope: scopeOf(ctx), accessTokenTTL: lifetime(), accessTokenFormat: "opaque" }),
      },
    },
    ttl: { AccessToken: lifetime, RefreshToken: 86_400, Grant: 86_400, Session: 3_600, Interaction: 600, AuthorizationCode: 60 },
    pkce: { required: () => true },
    clientBasedCORS: () => true,
    issueRefreshToken: () => true,
    rotateRefreshToken: () => true,
    findAccount: (_, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    // Whoever is logged in is asked nothing more.
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc;
      if (!client || session?.accountId === undefined) return undefined;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addResourceScope(resource, scopeOf(ctx));
      await grant.save();
      return grant;
    },
  };
}

/** The page on which users say who they are. */
async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== "POST") {
    response.writeHead(200, { "content-type": "text/html" });
    response.end(
      '<!doctype html><title>Log in</title><form method="post"><input name="user" aria-label="User"><button name="do" value="allow">Continue</button><button name="do" value="deny">Cancel</button></form>',
    );
    return;
  }
  const form = new URLSearchParams(await text(request));
  const refusal = { error: "access_denied", error_description: "the user does not want to" };
  await provider.interactionFinished(
    request,
    response,
    form.get("do") === "deny" ? refusal : { login: { accountId: form.get("user") ?? "" }, consent: {} },
  );
}

interface Translation {
  readonly provider: Provider;
  readonly tokens: ReturnType<typeof tokenAdapter>;
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

/** The provider describes itself; pages for the account are not its thing. */
async function metadataOf({ issuer }: OAuthSite): Promise<Record<string, unknown>> {
  const described = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<string, unknown>;
  return {
    ...described,
    prompt_values_supported: ["create"],
    account_management_uri: `${issuer}/account?lang=en`,
    account_management_actions_supported: ["org.matrix.profile", "org.matrix.session_end"],
  };
}

/** A token of the homeserver for one of the provider; nothing if that is none, or has ended. */
async function realToken({ server }: OAuthSite, { provider, tokens, real }: Translation, given: string): Promise<string | undefined> {
  const found = await provider.AccessToken.find(given);
  if (!found) return undefined;
  tokens.used(found.jti);
  const device = /urn:matrix:(?:org\.matrix\.msc2967\.)?client:device:(\S+)/.exec(found.scope ?? "")?.[1] ?? "";
  const key = `${found.accountId}|${device}`;
  const known = real.get(key);
  if (known !== undefined) return known;
  const { body } = await server.request("POST", "/_matrix/client/v3/login", {
    type: "m.login.password",
    identifier: { type: "m.id.user", user: found.accountId },
    password: "secret",
    device_id: device,
  });
  const token = String(body["access_token"]);
  real.set(key, token);
  return token;
}
