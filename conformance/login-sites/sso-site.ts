// A homeserver of ours whose users log in by single sign-on: before it stands a page on which they say who they are. The login tokens are real.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { close, forward, json, listen } from "./front.ts";

/** The homeserver, and what it says of itself. */
export interface SsoSite extends AsyncDisposable {
  /** The homeserver as clients see it. */
  readonly url: string;
  /** The homeserver behind it; users have the password `secret`. */
  readonly server: TestHomeserver;
  /** Paths and queries of the redirects that were asked for. */
  readonly redirects: URL[];
  /** What `GET /login` offers. */
  flows: readonly object[];
  /** Whether who replaces their identity says on a page who they are, or gives the password as ever. */
  confirmsOnPage: boolean;
}

const path = "/_matrix/client/v3/login";
const fallbackPath = "/_matrix/client/v3/auth/m.login.sso/fallback/web";

/** Starts it, with some users. */
export async function openSsoSite(users: readonly string[], config: Readonly<Record<string, unknown>> = {}): Promise<SsoSite> {
  const server = await testHomeserver({ config });
  for (const user of users) await server.register(user);
  const front = createServer();
  const url = await listen(front);
  const site: SsoSite = {
    url,
    server,
    redirects: [],
    flows: [{ type: "m.login.sso" }, { type: "m.login.token" }, { type: "m.login.password" }],
    confirmsOnPage: false,
    async [Symbol.asyncDispose]() {
      await close(front);
      await server[Symbol.asyncDispose]();
    },
  };
  const sessions = new Map<string, boolean>();
  front.on("request", (request: IncomingMessage, response: ServerResponse) => {
    answer(site, sessions, { request, response }).catch(() => response.destroy());
  });
  return site;
}

/** A request and its answer. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** @param sessions - Those of User-Interactive Authentication, and whether each was confirmed. */
async function answer(site: SsoSite, sessions: Map<string, boolean>, { request, response }: Exchange): Promise<void> {
  const url = new URL(request.url ?? "/", site.url);
  if (url.pathname === fallbackPath) return confirm(sessions, url, { request, response });
  if (site.confirmsOnPage && request.method === "POST" && url.pathname.endsWith("/keys/device_signing/upload"))
    return replaceKeys(site, sessions, { request, response });
  if (url.pathname === path && request.method === "GET") return json(response, 200, { flows: site.flows });
  if (!url.pathname.startsWith(`${path}/sso/redirect`)) return forward(site.server, { request, response });
  if (request.method !== "POST") {
    site.redirects.push(url);
    response.writeHead(200, { "content-type": "text/html" });
    response.end(
      '<!doctype html><title>Log in</title><form method="post"><input name="user" aria-label="User"><button name="do" value="allow">Continue</button></form>',
    );
    return;
  }
  const user = new URLSearchParams(await text(request)).get("user") ?? "";
  const target = new URL(url.searchParams.get("redirectUrl") ?? "");
  target.searchParams.set("loginToken", await loginToken(site.server, user));
  response.writeHead(302, { location: target.href }).end();
}

/** The page on which who replaces their identity says who they are. */
function confirm(sessions: Map<string, boolean>, url: URL, { request, response }: Exchange): void {
  const session = url.searchParams.get("session") ?? "";
  if (request.method === "POST" && sessions.has(session)) sessions.set(session, true);
  const isDone = sessions.get(session) === true;
  response.writeHead(200, { "content-type": "text/html" });
  response.end(
    `<!doctype html><title>Confirm</title>${isDone ? "<p>You may close this window." : '<form method="post"><button>It is me</button></form>'}`,
  );
}

/** Asks for what is confirmed on that page, where the homeserver asks for a password; then gives it the password. */
async function replaceKeys({ server }: SsoSite, sessions: Map<string, boolean>, { request, response }: Exchange): Promise<void> {
  const { auth, ...body } = JSON.parse(await text(request)) as { auth?: { session?: string } };
  const token = request.headers.authorization?.slice(7);
  const send = (more: object): Promise<{ readonly status: number; readonly body: Record<string, unknown> }> =>
    server.request("POST", request.url ?? "", { ...body, ...more }, token);
  const asked = await send({});
  if (asked.status !== 401 || !("flows" in asked.body)) return json(response, asked.status, asked.body);
  const given = auth?.session ?? "";
  if (sessions.get(given) !== true) {
    const session = sessions.has(given) ? given : `sso-${sessions.size}`;
    sessions.set(session, false);
    return json(response, 401, { flows: [{ stages: ["m.login.sso"] }], params: {}, session });
  }
  const { body: owner } = await server.request<{ user_id: string }>("GET", "/_matrix/client/v3/account/whoami", undefined, token);
  const identifier = { type: "m.id.user", user: owner.user_id };
  const done = await send({ auth: { type: "m.login.password", identifier, password: "secret", session: asked.body["session"] } });
  json(response, done.status, done.body);
}

/** A real login token of a user. */
export async function loginToken(server: TestHomeserver, user: string): Promise<string> {
  const password = { type: "m.login.password", identifier: { type: "m.id.user", user }, password: "secret" };
  const { body } = await server.request("POST", path, password);
  const token = String(body["access_token"]);
  const ask = async (auth?: object): Promise<Record<string, unknown>> =>
    (await server.request("POST", "/_matrix/client/v1/login/get_token", { auth }, token)).body;
  const { session } = await ask();
  const granted = await ask({ ...password, session });
  await server.request("POST", "/_matrix/client/v3/logout", {}, token);
  return String(granted["login_token"]);
}
