// What SDKs send, and which typed endpoint it is for.
import { type AnyEndpoint, type AppliedRepair, type EndpointRoute, MatrixError, routesOf } from "@patrix/api";
import { endpoints as client } from "@patrix/client-api/endpoints";
import * as unstable from "@patrix/client-api/unstable";
import { endpoints as identity } from "@patrix/identity-api/endpoints";

/** A request as it went out. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** As text or bytes; nothing for requests without a body. */
  readonly body: string | Uint8Array | undefined;
}

const routes: readonly EndpointRoute[] = [
  ...routesOf(client),
  ...routesOf(identity),
  ...routesOf(Object.values<unknown>(unstable).filter((exported) => isEndpoint(exported))),
];

function isEndpoint(value: unknown): value is AnyEndpoint {
  return typeof value === "object" && value !== null && "parseRequest" in value && "routes" in value;
}

interface Match {
  readonly route: EndpointRoute;
  readonly params: Record<string, string>;
}

/** The most literal route of a request. */
export function routeOf({ method, url }: Pick<RecordedRequest, "method" | "url">): Match | undefined {
  const actual = url.pathname.replace(/\/{2,}/g, "/").split("/");
  const matches = routes.flatMap((route) => {
    const expected = route.path.split("/");
    // Only `/state/{eventType}/` may have an empty last segment, which stands for the empty state key.
    if (route.method !== method || expected.length !== actual.length) return [];
    const fits = expected.every((segment, i) => segment.startsWith("{") || segment === actual[i]);
    if (!fits) return [];
    const variables = expected.flatMap((segment, i) =>
      segment.startsWith("{") ? [[segment.slice(1, -1), decodeURIComponent(actual[i] ?? "")] as const] : [],
    );
    return [{ route, params: Object.fromEntries(variables) }];
  });
  return matches.toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
}

/** What a server makes of a request. */
interface Decoded {
  /** The endpoint that takes it; method and path if none does. */
  readonly id: string;
  readonly problem?: string;
  /** What only lenient parsing takes. */
  readonly repairs: readonly AppliedRepair[];
}

/** Decodes a request by its route. */
export function decode(request: RecordedRequest): Decoded {
  const named = `${request.method} ${request.url.pathname}`;
  const match = routeOf(request);
  if (!match) return { id: named, problem: "no route", repairs: [] };
  const problems: string[] = [];
  for (const endpoint of match.route.endpoints) {
    const repairs: AppliedRepair[] = [];
    const incoming = { params: match.params, query: request.url.searchParams, headers: request.headers, body: bodyOf(endpoint, request) };
    try {
      endpoint.parseRequest(incoming, { mode: "lenient", onRepair: (repair) => repairs.push(repair) });
      return { id: endpoint.id, repairs };
    } catch (error) {
      if (!(error instanceof MatrixError)) throw error;
      problems.push(error.message);
    }
  }
  return { id: named, problem: problems.join("; "), repairs: [] };
}

function bodyOf(endpoint: AnyEndpoint, { body }: RecordedRequest): unknown {
  if (endpoint.models.body?.kind === "bytes") return typeof body === "string" ? new TextEncoder().encode(body) : body;
  return typeof body === "string" && body !== "" ? JSON.parse(body) : undefined;
}

/** An answer with the members that most callers look for. */
export const ANSWER: Readonly<Record<string, unknown>> = {
  access_token: "token",
  aliases: [],
  app_id: "app",
  avatar_url: "mxc://example.org/a",
  capabilities: {},
  chunk: [],
  content_uri: "mxc://example.org/m",
  device_id: "DEVICE",
  device_keys: {},
  devices: [],
  displayname: "Alice",
  end: "t2",
  event_id: "$event",
  events_after: [],
  events_before: [],
  expires_in: 3600,
  filter_id: "1",
  flows: [{ type: "m.login.password" }],
  global: { override: [], content: [], room: [], sender: [], underride: [] },
  joined: {},
  joined_rooms: [],
  matrix_server_name: "example.org",
  messages: { chunk: [], start: "a", end: "b" },
  next_batch: "s1",
  one_time_key_counts: {},
  policies: {},
  presence: "online",
  pushers: [],
  replacement_room: "!new:example.org",
  results: [],
  room_id: "!room:example.org",
  rooms: {},
  search_categories: { room_events: { count: 0, results: [], highlights: [] } },
  servers: ["example.org"],
  sid: "1",
  start: "t1",
  state: [],
  submit_url: "https://example.org/submit",
  threepids: [],
  token: "token",
  token_type: "Bearer",
  unstable_features: { "org.matrix.msc4140": true, "org.matrix.simplified_msc3575": true, "uk.half-shot.msc2666.query_mutual_rooms": true },
  url: "mxc://example.org/a",
  uris: [],
  user_id: "@alice:example.org",
  users: {},
  version: "1",
  versions: ["v1.1", "v1.11", "v1.13"],
};
