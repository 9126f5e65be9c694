// An authorization server: the OpenID provider from npm, with a page on which users say who they are.
import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type AccessToken, type ClientMetadata, type Configuration, type KoaContextWithOIDC, Provider } from "oidc-provider";
import { close, listen } from "./front.ts";
import { tokenAdapter } from "./token-adapter.ts";

/** How an authorization server differs from the usual one. */
export interface AuthorizationSiteOptions {
  /** The homeserver, for which its tokens are. */
  readonly homeserver: string;
  /** Lifetime of access tokens, in seconds. */
  readonly lifetime?: () => number;
  /** Clients that need not register. */
  readonly clients?: ClientMetadata[];
  /** Answers in the place of the provider; tells whether it has. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** An authorization server on a port of this machine. */
export interface AuthorizationSite extends AsyncDisposable {
  readonly issuer: string;
  readonly provider: Provider;
  /** What was asked of it: methods and paths. */
  readonly asked: string[];
  /** Looks for an access token that has not ended, which counts as its use. */
  find(token: string): Promise<GrantedAccess | undefined>;
  /** Ends all access tokens, as time does. */
  expire(): void;
  /** Ends all sessions, as users do on the account page. */
  endSessions(): void;
}

/** What an access token is for. */
export interface GrantedAccess {
  readonly user: string;
  readonly device: string;
  readonly scope: string;
}

function grantedAccess({ accountId, scope = "" }: AccessToken): GrantedAccess {
  return { user: accountId, device: /urn:matrix:(?:org\.matrix\.msc2967\.)?client:device:(\S+)/.exec(scope)?.[1] ?? "", scope };
}

/** Starts one. */
export async function openAuthorizationSite(options: AuthorizationSiteOptions): Promise<AuthorizationSite> {
  const server = createServer();
  const issuer = await listen(server);
  const tokens = tokenAdapter();
  const provider = new Provider(issuer, configuration(issuer, tokens, options));
  const handle = provider.callback();
  const asked: string[] = [];
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const { pathname } = new URL(request.url ?? "/", issuer);
    asked.push(`${request.method} ${pathname}`);
    if (options.intercept?.(request, response) === true) return;
    // The provider lets pages of other sites ask for tokens only.
    if (pathname === "/reg") response.setHeader("access-control-allow-origin", "*");
    if (pathname === "/reg" && request.method === "OPTIONS")
      response.writeHead(204, { "access-control-allow-headers": "content-type", "access-control-allow-methods": "POST" }).end();
    else if (pathname.startsWith("/interaction/")) void interact(provider, request, response);
    else void handle(request, response);
  });
  return {
    issuer,
    provider,
    asked,
    async find(token) {
      const found = await provider.AccessToken.find(token);
      if (found) tokens.used(found.jti);
      return found && grantedAccess(found);
    },
    expire: () => tokens.clear("AccessToken"),
    endSessions: () => tokens.clear("AccessToken", "RefreshToken", "Grant"),
    [Symbol.asyncDispose]: () => close(server),
  };
}

function configuration(
  issuer: string,
  { adapter }: ReturnType<typeof tokenAdapter>,
  { homeserver: resource, lifetime = () => 300, clients = [] }: AuthorizationSiteOptions,
): Configuration {
  const scopes = new Set<string>();
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const scopeOf = (ctx: KoaContextWithOIDC): string => {
    const asked = ctx.oidc.params?.["scope"];
    for (const scope of typeof asked === "string" ? asked.split(" ") : []) if (scope.startsWith("urn:matrix:")) scopes.add(scope);
    return [...scopes].join(" ");
  };
  return {
    adapter,
    clients,
    discovery: {
      prompt_values_supported: ["create"],
      account_management_uri: `${issuer}/account?lang=en`,
      account_management_actions_supported: ["org.matrix.profile", "org.matrix.session_end"],
    },
    jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "RS256" } as never] },
    cookies: { keys: ["for a test"] },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        // Who only wants to know who somebody is gets no token for the homeserver.
        defaultResource: (ctx) => (scopeOf(ctx) === "" ? [] : resource),
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx) => ({ scope: scopeOf(ctx), accessTokenTTL: lifetime(), accessTokenFormat: "opaque" }),
      },
    },
    ttl: {
      AccessToken: lifetime,
      RefreshToken: 86_400,
      Grant: 86_400,
      Session: 3_600,
      Interaction: 600,
      AuthorizationCode: 60,
      IdToken: 60,
    },
    pkce: { required: (_, { clientSecret }) => clientSecret === undefined },
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
      grant.addOIDCScope("openid");
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
