import { testHomeserver } from "./test-homeserver.ts";

/** Answers in the place of the server, when it answers. */
export type Intercept = (path: string, init: RequestInit | undefined) => Response | undefined | Promise<Response | undefined>;

/** A homeserver for `example.org`: real HTTP, behind names that only its own `fetch` knows, and with faults where a test wants them. */
export interface LocalHomeserver extends AsyncDisposable {
  /** Its URL, as its well-known document gives it. */
  readonly url: string;
  /** Reaches the server as `https://example.org`. */
  readonly fetch: typeof globalThis.fetch;
  /** Methods and paths, in the order of asking. */
  readonly requests: string[];
  intercept: Intercept | undefined;
  /** Ends every session that was begun through {@link fetch}. */
  endSessions(): Promise<void>;
  /** Sends a request as somebody. */
  request(method: string, path: string, body: unknown, token: string): Promise<{ status: number; body: unknown }>;
}

/** Boots a homeserver with some users, whose passwords are `${user}-password`. */
export async function localHomeserver(users: readonly string[] = []): Promise<LocalHomeserver> {
  const server = await testHomeserver({ serverName: "example.org" });
  for (const username of users) {
    const auth = { type: "m.login.dummy" };
    const { status } = await server.request("POST", "/_matrix/client/v3/register", {
      username,
      password: `${username}-password`,
      auth,
      inhibit_login: true,
    });
    if (status !== 200) throw new Error(`${username} could not be registered`);
  }
  const tokens = new Set<string>();
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    local.requests.push(`${init?.method ?? "GET"} ${url.pathname}`);
    const other = await local.intercept?.(url.pathname, init);
    if (other) return other;
    init?.signal?.throwIfAborted();
    if (url.pathname === "/.well-known/matrix/client") return Response.json({ "m.homeserver": { base_url: "https://hs.example.org" } });
    const token = new Headers(init?.headers).get("authorization")?.slice(7);
    if (token !== undefined) tokens.add(token);
    return globalFetch(server.url + url.pathname + url.search, init);
  };
  const local: LocalHomeserver = {
    url: "https://hs.example.org",
    fetch,
    requests: [],
    intercept: undefined,
    endSessions: async () => {
      for (const token of tokens) await server.request("POST", "/_matrix/client/v3/logout/all", {}, token);
      tokens.clear();
    },
    request: (method, path, body, token) => server.request(method, path, body, token),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  return local;
}

// Tests of whole programs replace the global one.
const globalFetch = globalThis.fetch;
