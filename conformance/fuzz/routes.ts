import type { AnyEndpoint } from "@patrix/api";
import { toJsonSchema } from "@patrix/api/json-schema";
import * as clientEndpoints from "@patrix/client-api/endpoints";
import type { Logger } from "@patrix/homeserver";
import { type TestHomeserver, testHomeserver, type TestUser } from "@patrix/homeserver/testing";
import * as fc from "fast-check";
import { schemaValues } from "../spec/schema-values.ts";
import type { Finding, FuzzReport } from "./finding.ts";
import { mutateJson, mutateText, oddTexts } from "./mutate-json.ts";
import type { Random } from "./random.ts";

/** What takes an account or a session away: such requests are made by users of their own. */
const ENDING: ReadonlySet<string> = new Set([
  "logout",
  "logout_all",
  "deactivateAccount",
  "changePassword",
  "deleteDevice",
  "deleteDevices",
]);

/** Names of path variables, and what there is of them. */
type Pool = Record<string, string[]>;

interface World {
  readonly server: TestHomeserver;
  readonly users: readonly TestUser[];
  readonly pool: Pool;
  readonly errors: string[];
}

const endpoints = (
  Object.values(clientEndpoints).flatMap((value) => (Array.isArray(value) ? (value as AnyEndpoint[]) : [])) as AnyEndpoint[]
).filter(({ routes }) => routes.length > 0);

async function makeWorld(): Promise<World> {
  const errors: string[] = [];
  const logger: Logger = {
    info: () => {},
    warn: () => {},
    debug: () => {},
    error: (message, fields) => void errors.push(`${message} ${JSON.stringify(fields, errorsAsText)}`),
  } as Logger;
  const server = await testHomeserver({ logger });
  const users = [await server.register("fuzz-a"), await server.register("fuzz-b")];
  const [alice, bob] = users;
  if (!alice || !bob) throw new Error("there are no users");
  const pool: Pool = {
    userId: users.map(({ userId }) => userId),
    deviceId: users.map(({ deviceId }) => deviceId),
    roomId: [],
    eventId: [],
  };
  for (const preset of ["public_chat", "private_chat", "trusted_private_chat"]) {
    const created = await server.request<{ room_id: string }>(
      "POST",
      "/_matrix/client/v3/createRoom",
      { preset, room_alias_name: `fuzz-${preset}`, invite: [bob.userId] },
      alice.accessToken,
    );
    const roomId = created.body.room_id;
    await server.request("POST", `/_matrix/client/v3/rooms/${roomId}/join`, {}, bob.accessToken);
    const sent = await server.request<{ event_id: string }>(
      "PUT",
      `/_matrix/client/v3/rooms/${roomId}/send/m.room.message/1`,
      { body: "x", msgtype: "m.text" },
      bob.accessToken,
    );
    pool["roomId"]?.push(roomId);
    pool["eventId"]?.push(sent.body.event_id);
  }
  pool["roomIdOrAlias"] = [...(pool["roomId"] ?? []), "#fuzz-public_chat:localhost"];
  pool["roomAlias"] = ["#fuzz-public_chat:localhost", "#new:localhost"];
  pool["eventType"] = ["m.room.message", "m.room.topic", "m.room.member", "m.room.power_levels", "org.example"];
  pool["stateKey"] = ["", ...(pool["userId"] ?? [])];
  pool["txnId"] = ["1", "2", "txn"];
  await addRest(server, alice, pool);
  return { server, users, pool, errors };
}

function errorsAsText(_key: string, value: unknown): unknown {
  return value instanceof Error ? value.stack : value;
}

/** Adds what only the server can name, and the words of the specification. */
async function addRest(server: TestHomeserver, { accessToken, userId }: TestUser, pool: Pool): Promise<void> {
  const upload = await server.request<{ content_uri: string }>("POST", "/_matrix/media/v3/upload", "bytes", accessToken);
  const [serverName = "", mediaId = ""] = upload.body.content_uri.slice("mxc://".length).split("/");
  const synced = await server.request<{ next_batch: string }>("GET", "/_matrix/client/v3/sync", undefined, accessToken);
  const filter = await server.request<{ filter_id: string }>("POST", `/_matrix/client/v3/user/${userId}/filter`, {}, accessToken);
  const token = [synced.body.next_batch];
  Object.assign(pool, {
    serverName: [serverName],
    mediaId: [mediaId],
    fileName: ["a.txt"],
    filterId: [filter.body.filter_id],
    keyName: ["displayname", "avatar_url", "org.example"],
    scope: ["global"],
    kind: ["override", "underride", "content", "room", "sender"],
    ruleId: ["rule", ".m.rule.master", ...(pool["roomId"] ?? [])],
    version: ["1"],
    sessionId: ["session"],
    receiptType: ["m.read", "m.read.private", "m.fully_read"],
    type: ["m.tag", "org.example"],
    tag: ["m.favourite", "u.mine"],
    dir: ["b", "f"],
    from: token,
    to: token,
    since: token,
    at: token,
    limit: ["1", "100"],
    user_id: pool["userId"] ?? [],
    width: ["10"],
    height: ["10"],
    method: ["crop"],
  });
}

/** Sends requests to every served operation: good ones, slightly wrong ones and nonsense. The server must answer each as documented. */
export async function fuzzRoutes(random: Random, until: () => boolean): Promise<FuzzReport> {
  const world = await makeWorld();
  const outcomes = new Map<string, number>();
  const findings: Finding[] = [];
  const bodies = new Map<string, fc.Arbitrary<unknown>>();
  let inputs = 0;
  const unhandled = (error: unknown): void =>
    void findings.push({ target: "process", input: undefined, what: `unhandled: ${String(error)}` });
  process.on("unhandledRejection", unhandled);
  try {
    while (!until()) {
      const endpoint = random.pick(endpoints);
      const input = await makeRequest(random, world, endpoint, bodies);
      inputs++;
      const { status, what, isServed } = await exchange(world, input);
      const outcome = `${endpoint.id} ${isServed ? `${Math.floor(status / 100)}xx` : "not served"}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      if (what !== undefined) findings.push({ target: endpoint.id, input, what });
    }
  } finally {
    process.off("unhandledRejection", unhandled);
    await world.server[Symbol.asyncDispose]();
  }
  if ("polluted" in {}) findings.push({ target: "process", input: undefined, what: "Object.prototype was changed" });
  const served = endpoints.filter(({ id }) => outcomes.has(`${id} 2xx`) || outcomes.has(`${id} 4xx`));
  return { inputs, findings, outcomes, neverMet: served.map(({ id }) => id).filter((id) => !outcomes.has(`${id} 2xx`)) };
}

interface FuzzRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string | undefined;
  readonly token: string | undefined;
}

async function makeRequest(
  random: Random,
  world: World,
  endpoint: AnyEndpoint,
  bodies: Map<string, fc.Arbitrary<unknown>>,
): Promise<FuzzRequest> {
  const route = random.pick(endpoint.routes);
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(variable(random, world.pool, name)).replaceAll("%EF%BF%BD", "%FF"),
  );
  const user = ENDING.has(endpoint.id) ? await world.server.register(`fuzz-${random.below(2 ** 31)}`) : random.pick(world.users);
  const token = random.chance(0.08) ? random.pick([undefined, "", "wrong", "x".repeat(5_000)]) : user.accessToken;
  return {
    method: route.method,
    path: path + queryOf(random, world.pool, endpoint),
    body: bodyOf(random, world.pool, endpoint, bodies),
    token,
  };
}

function variable(random: Random, pool: Pool, name: string): string {
  const known = pool[name];
  if (known && known.length > 0 && random.chance(0.85)) return random.pick(known);
  const odd = random.pick(["m.tag", "0", "main", ...(pool["roomId"] ?? []), ...oddTexts]);
  return wellFormed(random.chance(0.5) ? mutateText(random, odd) : odd);
}

function queryOf(random: Random, pool: Pool, { models }: AnyEndpoint): string {
  if (!models.query) return "";
  const { properties = {}, required = [] } = toJsonSchema(models.query) as { properties?: Record<string, unknown>; required?: string[] };
  // Nothing waits for news.
  const fixed = "timeout" in properties ? ["timeout=0"] : [];
  const chosen = Object.keys(properties).filter((name) => name !== "timeout" && random.chance(required.includes(name) ? 0.95 : 0.3));
  const values = [
    "1",
    "b",
    "f",
    "true",
    "join",
    "0",
    "-1",
    "100",
    "p1",
    "q1",
    "s1_2",
    "{}",
    '{"room":{"timeline":{"limit":1}}}',
    "m.room.message",
  ];
  const valueOf = (name: string): string =>
    random.pick(random.chance(0.2) ? oddTexts : random.chance(0.8) ? (pool[name] ?? values) : values);
  const pairs = chosen.map((name) => `${name}=${encodeURIComponent(wellFormed(valueOf(name)))}`);
  return `?${[...fixed, ...pairs].join("&")}`;
}

function bodyOf(random: Random, pool: Pool, { id, models }: AnyEndpoint, bodies: Map<string, fc.Arbitrary<unknown>>): string | undefined {
  if (!models.body) return undefined;
  if (models.body.kind === "bytes") return random.pick(["", "\x89PNG\r\n", "x".repeat(1_000)]);
  if (random.chance(0.04))
    return random.pick(["", "null", "[]", "{", '"text"', "[".repeat(1_000), '{"a":1,"a":2}', '{"a":"\\ud800"}', "1".repeat(400)]);
  const arbitrary = bodies.get(id) ?? schemaValues(toJsonSchema(models.body));
  bodies.set(id, arbitrary);
  const [generated] = fc.sample(arbitrary, { numRuns: 1, seed: random.below(2 ** 31) });
  const filled = fill(random, pool, generated);
  return JSON.stringify(random.chance(0.4) ? mutateJson(random, filled) : filled);
}

/** Ways to pass User-Interactive Authentication. */
const proofs: readonly unknown[] = [
  { type: "m.login.dummy" },
  { type: "m.login.password", password: "secret", identifier: { type: "m.id.user", user: "fuzz-a" } },
  { type: "m.login.password", password: "secret", identifier: { type: "m.id.user", user: "fuzz-b" } },
];

/** Puts IDs of users and rooms that exist where the generated ones would mean nothing. */
function fill(random: Random, pool: Pool, value: unknown): unknown {
  if (typeof value === "string" && /^@.*:/.test(value)) return random.pick(pool["userId"] ?? [value]);
  if (typeof value === "string" && /^!.*/.test(value)) return random.pick(pool["roomId"] ?? [value]);
  if (Array.isArray(value)) return (value as unknown[]).map((item) => fill(random, pool, item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if (key === "auth" && random.chance(0.7)) return [key, random.pick(proofs)];
      return [key, key === "password" ? "secret" : fill(random, pool, inner)];
    }),
  );
}

async function exchange(
  { server, errors }: World,
  { method, path, body, token }: FuzzRequest,
): Promise<{ status: number; what: string | undefined; isServed: boolean }> {
  const response = await fetch(server.url + path, {
    method,
    ...(body === undefined || method === "GET" ? {} : { body, headers: headersOf(token) }),
    ...(body === undefined || method === "GET" ? { headers: headersOf(token) } : {}),
    redirect: "manual",
  });
  const { status, headers } = response;
  const text = await response.text();
  const logged = errors.splice(0);
  const isServed = !text.includes('"M_UNRECOGNIZED"');
  if (status >= 500) return { status, isServed, what: `answered ${status}: ${text} ${logged.join("\n")}` };
  if (logged.length > 0) return { status, isServed, what: `logged: ${logged.join("\n")}` };
  // A head that is too large never reaches the server: Node answers it.
  if (status === 431) return { status, isServed, what: undefined };
  if (headers.get("access-control-allow-origin") !== "*") return { status, isServed, what: "the answer has no CORS headers" };
  if (status >= 400 && !/"(?:errcode|flows)"/.test(text))
    return { status, isServed, what: `an error without errcode: ${text.slice(0, 200)}` };
  return { status, isServed, what: undefined };
}

function headersOf(token: string | undefined): Record<string, string> {
  return { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
}

/** The text with what has no UTF-8 encoding replaced: it could not be in a URL. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
