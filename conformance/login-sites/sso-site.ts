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
}

const path = "/_matrix/client/v3/login";

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
    async [Symbol.asyncDispose]() {
      await close(front);
      await server[Symbol.asyncDispose]();
    },
  };
  front.on("request", (request: IncomingMessage, response: ServerResponse) => {
    answer(site, request, response).catch(() => response.destroy());
  });
  return site;
}

async function answer(site: SsoSite, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", site.url);
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
