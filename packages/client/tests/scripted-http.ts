import { HttpClient } from "../src/http/http-client.ts";
import { retryPolicy } from "../src/http/retry-policy.ts";
import { silentLogger } from "../src/logger.ts";
import { platformClock } from "../src/platform-clock.ts";

/** A request as a test answers it: what follows `/_matrix/client/v3`, decoded, and the query. */
export interface Asked {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** An HTTP client without a network, whose requests a test answers: with JSON, or with a response of its own. */
export function scriptedHttp(answer: (asked: Asked) => object): HttpClient {
  return new HttpClient({
    baseUrl: () => "https://example.org",
    fetch: async (input) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const asked = { path: decodeURIComponent(url.pathname.replace("/_matrix/client/v3", "")), query: url.searchParams };
      const given = answer(asked);
      return given instanceof Response ? given : Response.json(given);
    },
    clock: platformClock,
    retry: retryPolicy({ limit: 0 }),
    logger: silentLogger,
    credentials: { accessToken: async () => "token", rejected: async () => false },
  });
}
