// What tests of logins have in common.
import { type Client, type ClientOptions, createClient, memoryStore, silentLogger } from "@patrix/client";
import type { OAuthSite } from "@patrix/login-sites/oauth-site";
import { type Person, visit } from "@patrix/login-sites/person";

/** Where users of a page come back to. */
export const redirectUri = "https://app.example.com/callback?of=test";

/** A clock that does not wait, and that tests turn forward. */
export function movableClock(): { offsetMs: number; now(): number; sleep(ms: number, signal?: AbortSignal): Promise<void> } {
  return {
    offsetMs: 0,
    now() {
      return Date.now() + this.offsetMs;
    },
    sleep: async (_, signal) => signal?.throwIfAborted(),
  };
}

/** A client of a site. */
export function openClient(site: Pick<OAuthSite, "url">, options: ClientOptions = {}): Promise<Client> {
  return createClient(site.url, { store: memoryStore(), logger: silentLogger, clock: movableClock(), ...options });
}

/** Logs a client in, as a page does. */
export async function logIn(client: Client, person: Person = { user: "ann" }): Promise<void> {
  await client.login.complete(await visit(await client.login.beginOAuth({ redirectUri }), person));
}

/** A network that tests look at and change: answers come from `intercept`, where it gives any. */
export interface WatchedNetwork {
  readonly fetch: typeof globalThis.fetch;
  /** Methods and paths. */
  readonly asked: string[];
  intercept: ((path: string, init: RequestInit | undefined) => Response | undefined | Promise<Response | undefined>) | undefined;
}

/** Makes one over the real one. */
export function watchedNetwork(): WatchedNetwork {
  const network: WatchedNetwork = {
    asked: [],
    intercept: undefined,
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      network.asked.push(`${init?.method ?? "GET"} ${pathname}`);
      return (await network.intercept?.(pathname, init)) ?? globalThis.fetch(input, init);
    },
  };
  return network;
}
