import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testHomeserver, type TestHomeserver, type TestResponse, type TestUser } from "../src/testing/index.ts";

interface Page {
  readonly chunk: readonly { readonly event_id: string }[];
}

let server: TestHomeserver;
let alice: TestUser;
let roomId: string;

beforeAll(async () => {
  server = await testHomeserver();
  alice = await server.register("alice");
  const room = await server.request("POST", "/_matrix/client/v3/createRoom", {}, alice.accessToken);
  roomId = String(room.body["room_id"]);
});
afterAll(() => server[Symbol.asyncDispose]());

interface BadInput {
  readonly title: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** Left out: alice's. */
  readonly token?: string | null;
  readonly status: number;
  readonly errcode: string;
  /** What the message must name. */
  readonly names?: RegExp;
}

const client = "/_matrix/client/v3";
const invalidUtf8 = new Uint8Array([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xc3, 0x28, 0x22, 0x7d]);
const deep = `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`;
const large = `{"a":"${"x".repeat(2_000_000)}"}`;

const cases: readonly BadInput[] = [
  { title: "not JSON", method: "POST", path: `${client}/login`, body: "{", status: 400, errcode: "M_NOT_JSON" },
  { title: "a form", method: "POST", path: `${client}/login`, body: "user=alice", status: 400, errcode: "M_NOT_JSON" },
  {
    title: "an array for an object",
    method: "POST",
    path: `${client}/login`,
    body: [],
    status: 400,
    errcode: "M_BAD_JSON",
    names: /object/,
  },
  { title: "a text for an object", method: "POST", path: `${client}/login`, body: '"x"', status: 400, errcode: "M_BAD_JSON" },
  {
    title: "a number for a string",
    method: "POST",
    path: `${client}/login`,
    body: { type: 1 },
    status: 400,
    errcode: "M_BAD_JSON",
    names: /type/,
  },
  { title: "a missing field", method: "POST", path: `${client}/login`, body: {}, status: 400, errcode: "M_BAD_JSON", names: /type/ },
  {
    title: "a login without a user",
    method: "POST",
    path: `${client}/login`,
    body: { type: "m.login.password", password: "x" },
    status: 400,
    errcode: "M_MISSING_PARAM",
    names: /identifier/,
  },
  {
    title: "a login without a password",
    method: "POST",
    path: `${client}/login`,
    body: { type: "m.login.password", user: "alice" },
    status: 400,
    errcode: "M_MISSING_PARAM",
    names: /password/,
  },
  {
    title: "an unknown way to log in",
    method: "POST",
    path: `${client}/login`,
    body: { type: "m.magic" },
    status: 400,
    errcode: "M_UNKNOWN",
    names: /type/,
  },
  {
    title: "invalid UTF-8",
    method: "POST",
    path: `${client}/login`,
    body: invalidUtf8,
    status: 400,
    errcode: "M_NOT_JSON",
    names: /UTF-8/,
  },
  {
    title: "JSON 10,000 levels deep",
    method: "POST",
    path: `${client}/login`,
    body: deep,
    status: 400,
    errcode: "M_BAD_JSON",
    names: /500/,
  },
  {
    title: "a body over the limit",
    method: "POST",
    path: `${client}/login`,
    body: large,
    status: 413,
    errcode: "M_TOO_LARGE",
    names: /1048576/,
  },
  { title: "an unknown path", method: "GET", path: `${client}/nothing`, status: 404, errcode: "M_UNRECOGNIZED" },
  { title: "an unknown path outside the API", method: "GET", path: "/index.php", status: 404, errcode: "M_UNRECOGNIZED" },
  { title: "a wrong method", method: "DELETE", path: `${client}/login`, status: 405, errcode: "M_UNRECOGNIZED" },
  { title: "no token", method: "GET", path: `${client}/account/whoami`, token: null, status: 401, errcode: "M_MISSING_TOKEN" },
  { title: "a wrong token", method: "GET", path: `${client}/account/whoami`, token: "pat_no", status: 401, errcode: "M_UNKNOWN_TOKEN" },
  {
    title: "an endless token",
    method: "GET",
    path: `${client}/account/whoami`,
    token: "x".repeat(8_000),
    status: 401,
    errcode: "M_UNKNOWN_TOKEN",
  },
  {
    title: "malformed percent-encoding",
    method: "GET",
    path: `${client}/profile/%E0%A4%A`,
    status: 400,
    errcode: "M_INVALID_PARAM",
    names: /userId/,
  },
  {
    title: "a user ID without a sigil",
    method: "GET",
    path: `${client}/profile/alice`,
    status: 400,
    errcode: "M_INVALID_PARAM",
    names: /userId/,
  },
  {
    title: "a missing query parameter",
    method: "GET",
    path: `${client}/register/available`,
    status: 400,
    errcode: "M_MISSING_PARAM",
    names: /username/,
  },
  {
    title: "a name with a space",
    method: "GET",
    path: `${client}/register/available?username=a%20b`,
    status: 400,
    errcode: "M_INVALID_USERNAME",
    names: /username/,
  },
  {
    title: "a name that is too long",
    method: "GET",
    path: `${client}/register/available?username=${"a".repeat(300)}`,
    status: 400,
    errcode: "M_INVALID_USERNAME",
    names: /255/,
  },
  {
    title: "a name that is taken",
    method: "POST",
    path: `${client}/register`,
    body: { username: "Alice" },
    status: 400,
    errcode: "M_USER_IN_USE",
    names: /username/,
  },
  {
    title: "a password that is too long",
    method: "POST",
    path: `${client}/register`,
    body: { username: "long", password: "x".repeat(600), auth: { type: "m.login.dummy" } },
    status: 400,
    errcode: "M_INVALID_PARAM",
    names: /password/,
  },
  {
    title: "another user's profile",
    method: "PUT",
    path: `${client}/profile/@bob:localhost/displayname`,
    body: { displayname: "x" },
    status: 403,
    errcode: "M_FORBIDDEN",
    names: /userId/,
  },
  {
    title: "a profile body without the field",
    method: "PUT",
    path: `${client}/profile/@alice:localhost/displayname`,
    body: {},
    status: 400,
    errcode: "M_MISSING_PARAM",
    names: /displayname/,
  },
  {
    title: "an avatar that is no text",
    method: "PUT",
    path: `${client}/profile/@alice:localhost/avatar_url`,
    body: { avatar_url: { url: "mxc://localhost/a" } },
    status: 400,
    errcode: "M_BAD_JSON",
    names: /avatar_url/,
  },
  {
    title: "a profile field with a long name",
    method: "PUT",
    path: `${client}/profile/@alice:localhost/${"k".repeat(256)}`,
    body: {},
    status: 400,
    errcode: "M_KEY_TOO_LARGE",
    names: /keyName/,
  },
  {
    title: "a profile over 64 KiB",
    method: "PUT",
    path: `${client}/profile/@alice:localhost/org.example`,
    body: { "org.example": "x".repeat(70_000) },
    status: 400,
    errcode: "M_PROFILE_TOO_LARGE",
  },
  {
    title: "account data that the server manages",
    method: "PUT",
    path: `${client}/user/@alice:localhost/account_data/m.push_rules`,
    body: {},
    status: 405,
    errcode: "M_BAD_JSON",
    names: /type/,
  },
  {
    title: "account data that is no object",
    method: "PUT",
    path: `${client}/user/@alice:localhost/account_data/x`,
    body: "[1]",
    status: 400,
    errcode: "M_BAD_JSON",
  },
  {
    title: "account data of an unknown room",
    method: "PUT",
    path: `${client}/user/@alice:localhost/rooms/!no:localhost/account_data/x`,
    body: {},
    status: 404,
    errcode: "M_NOT_FOUND",
    names: /roomId/,
  },
  {
    title: "a filter with a wrong limit",
    method: "POST",
    path: `${client}/user/@alice:localhost/filter`,
    body: { room: { timeline: { limit: "many" } } },
    status: 400,
    errcode: "M_BAD_JSON",
    names: /limit/,
  },
  {
    title: "a filter that does not exist",
    method: "GET",
    path: `${client}/user/@alice:localhost/filter/99999999999999999999`,
    status: 404,
    errcode: "M_NOT_FOUND",
  },
  {
    title: "a push rule of an unknown kind",
    method: "PUT",
    path: `${client}/pushrules/global/magic/x`,
    body: { actions: [] },
    status: 404,
    errcode: "M_NOT_FOUND",
    names: /kind/,
  },
  {
    title: "a content rule without a pattern",
    method: "PUT",
    path: `${client}/pushrules/global/content/x`,
    body: { actions: [] },
    status: 400,
    errcode: "M_MISSING_PARAM",
    names: /pattern/,
  },
  {
    title: "a push rule under a default's name",
    method: "PUT",
    path: `${client}/pushrules/global/override/.m.rule.x`,
    body: { actions: [] },
    status: 400,
    errcode: "M_INVALID_PARAM",
    names: /rule_id/,
  },
  {
    title: "a pusher without a URL",
    method: "POST",
    path: `${client}/pushers/set`,
    body: { kind: "http", app_id: "a", pushkey: "k", app_display_name: "a", device_display_name: "d", lang: "en", data: {} },
    status: 400,
    errcode: "M_MISSING_PARAM",
    names: /data\.url/,
  },
  {
    title: "a device that does not exist",
    method: "GET",
    path: `${client}/devices/NOPE`,
    status: 404,
    errcode: "M_NOT_FOUND",
    names: /deviceId/,
  },
  {
    title: "a registration code that does not match",
    method: "POST",
    path: "/_synapse/admin/v1/register",
    body: { nonce: "x", username: "m", password: "p", mac: "00" },
    status: 400,
    errcode: "M_UNKNOWN",
    names: /nonce/,
  },
];

describe("bad input is answered with its status, its code and the name of what is wrong", () => {
  it.each(cases)("$title", async ({ method, path, body, token, status, errcode, names }) => {
    const answer = await server.request(method, path, body, token === null ? undefined : (token ?? alice.accessToken));
    expect({ status: answer.status, errcode: answer.body.errcode }).toEqual({ status, errcode });
    expect(answer.body.error).toMatch(names ?? /./);
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(answer.body.error).not.toMatch(/\n|node:|\.ts/);
  });

  it("refuses text that is not Unicode, and goes on writing", async () => {
    for (const surrogate of ["\\ud800", "\\uDFFF"]) {
      const room = `{"initial_state":[{"type":"org.${surrogate}","content":{}}]}`;
      const login = `{"type":"m.login.password","identifier":{"type":"m.id.user","user":"alice"},"password":"secret","device_id":"${surrogate}"}`;
      for (const [path, body] of [
        ["createRoom", room],
        ["login", login],
      ] as const) {
        const answer = await server.request("POST", `${client}/${path}`, body, alice.accessToken);
        expect(answer.status).toBe(400);
        expect(answer.body.errcode).toBe("M_BAD_JSON");
      }
    }
    const pair = `{"initial_state":[{"type":"org.\\ud83d\\ude00","content":{}}]}`;
    expect((await server.request("POST", `${client}/createRoom`, pair, alice.accessToken)).status).toBe(200);
  });

  it("refuses numbers that no event can hold, and writes nothing", async () => {
    const before = await server.request<Page>("GET", `${client}/rooms/${roomId}/messages?dir=b`, undefined, alice.accessToken);
    for (const number of ["1e999", "9007199254740993", "1.5"]) {
      const path = `${client}/rooms/${roomId}/send/m.room.message/${number}`;
      const answer = await server.request("PUT", path, `{"msgtype":"m.text","body":"x","n":${number}}`, alice.accessToken);
      expect(answer.status).toBe(400);
      expect(answer.body.errcode).toBe("M_BAD_JSON");
    }
    const after = await server.request<Page>("GET", `${client}/rooms/${roomId}/messages?dir=b`, undefined, alice.accessToken);
    const ids = ({ body }: TestResponse<Page>): string[] => body.chunk.map((event) => event.event_id);
    expect(ids(after)).toEqual(ids(before));
  });

  it("left nothing behind: no account, no account data, no profile field", async () => {
    const sync = await server.request<{ account_data: { events: { type: string }[] } }>(
      "GET",
      `${client}/sync`,
      undefined,
      alice.accessToken,
    );
    expect(sync.body.account_data.events.map(({ type }) => type)).toEqual(["m.push_rules"]);
    const profile = await server.request("GET", `${client}/profile/@alice:localhost`);
    expect(profile.body).toEqual({});
    expect((await server.request("GET", `${client}/register/available?username=long`)).status).toBe(200);
  });

  it("refuses an endless body without reading it into memory", async () => {
    const before = process.memoryUsage().rss;
    const { port } = new URL(server.url);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), "127.0.0.1", () => {
        socket.write(`POST ${client}/login HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`);
        const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
        const pump = (): void => {
          while (!socket.destroyed && socket.write(chunk));
        };
        socket.on("drain", pump);
        pump();
      });
      socket.on("error", () => {});
      socket.on("close", () => resolve());
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
  });

  it("answers as before after all of it", async () => {
    expect((await server.request("GET", "/_matrix/client/versions")).status).toBe(200);
    const whoami = await server.request("GET", `${client}/account/whoami`, undefined, alice.accessToken);
    expect(whoami.body.user_id).toBe("@alice:localhost");
  });
});
