// What is served is the same over both adapters.
import { isJsonObject, MatrixError, matrixError } from "@patrix/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Authenticate,
  byHomeserverToken,
  type HandledEndpoint,
  handle,
  handleUpload,
  rawJson,
  reply,
  type RequestContext,
  streamedReply,
} from "../src/index.ts";
import { drivers, type Received } from "./drivers.ts";
import * as declared from "./endpoints.ts";

interface Account {
  readonly name: string;
}
const authenticate: Authenticate<Account> = ({ token }) => (token === "good" ? { name: "alice" } : undefined);
const echo = handle(declared.putThing, ({ body }) => body);
const errcode = ({ status, json }: Received): unknown[] => [status, (json as { errcode?: unknown }).errcode];
const put = { method: "PUT", uri: "/v3/things/a" } as const;

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

/** A body that begins and never ends. */
async function* endless(begin = "{"): AsyncGenerator<Uint8Array> {
  yield Buffer.from(begin);
  await new Promise(() => {});
}

describe.each(drivers)("$name", ({ serve }) => {
  describe("routes", () => {
    const things = [
      handle(declared.getThing, ({ path }) => ({ name: path.thing })),
      handle(declared.getBestThing, () => ({ name: "the best" })),
      handle(declared.getState, ({ path }) => path),
      echo,
    ];

    it.each(["/v3/things/x", "/r0/things/x", "/unstable/org.example/things/x"])(
      "serves the older paths of an endpoint: %s",
      async (uri) => {
        await using server = await serve(things);
        expect(await server.call({ uri })).toMatchObject({ status: 200, json: { name: "x" } });
      },
    );

    it("prefers a literal to a variable, and comes back to the variable where the literal leads nowhere", async () => {
      await using server = await serve(things);
      expect((await server.call({ uri: "/v3/things/best" })).json).toEqual({ name: "the best" });
      expect((await server.call({ ...put, uri: "/v3/things/best", body: "{}" })).status).toBe(405);
      expect((await server.call({ uri: "/r0/things/best" })).json).toEqual({ name: "best" });
    });

    it("takes an empty state key with the slash and without", async () => {
      await using server = await serve(things);
      for (const uri of ["/v3/state/m.room.name", "/v3/state/m.room.name/", "/v3/state/m.room.name?x=y"])
        expect((await server.call({ uri })).json).toEqual({ type: "m.room.name", stateKey: "" });
      expect((await server.call({ uri: "/v3/state/m.room.member/@a:b" })).json).toEqual({ type: "m.room.member", stateKey: "@a:b" });
      expect((await server.call({ uri: "/v3/state//x" })).status).toBe(404);
    });

    it("answers an unknown path with 404 and an unknown method with 405 and what there is", async () => {
      await using server = await serve(things);
      for (const uri of ["/", "/v3", "/v3/things", "/v3/things/", "/v3/things/a/b", "/v3//things/a"])
        expect(errcode(await server.call({ uri }))).toEqual([404, "M_UNRECOGNIZED"]);
      const wrong = await server.call({ method: "DELETE", uri: "/v3/things/x" });
      expect(errcode(wrong)).toEqual([405, "M_UNRECOGNIZED"]);
      expect(wrong.headers["allow"]).toBe("GET, PUT");
    });

    it("decodes path variables, and names the one that is malformed", async () => {
      await using server = await serve(things);
      expect((await server.call({ uri: "/v3/things/a%2Fb%C3%A4%20+" })).json).toEqual({ name: "a/bä +" });
      const malformed = await server.call({ uri: "/v3/things/%E0%A4%A" });
      expect(errcode(malformed)).toEqual([400, "M_INVALID_PARAM"]);
      expect(malformed.text).toContain("path variable thing");
    });

    it("lets the endpoint answer that takes the request, where two share a path", async () => {
      await using server = await serve([
        handle(declared.postNamed, ({ body }) => body),
        handle(declared.postNumbered, ({ body }) => ({ number: body.number + 1 })),
      ]);
      const post = { method: "POST", uri: "/v3/either" };
      expect((await server.call({ ...post, body: '{"name":"x"}' })).json).toEqual({ name: "x" });
      expect((await server.call({ ...post, body: '{"number":1}' })).json).toEqual({ number: 2 });
      const neither = await server.call({ ...post, body: "{}" });
      expect(errcode(neither)).toEqual([400, "M_BAD_JSON"]);
      expect(neither.text).toContain("/name");
    });

    it("answers HEAD like GET, without a body", async () => {
      await using server = await serve(things);
      const [get, head] = [await server.call({ uri: "/v3/things/x" }), await server.call({ method: "HEAD", uri: "/v3/things/x" })];
      expect(head).toMatchObject({ status: 200, text: "" });
      expect(head.headers["content-length"]).toBe(get.headers["content-length"]);
      expect(head.headers["content-length"]).toBe(String(get.text.length));
    });
  });

  describe("CORS", () => {
    it("stands on answers and errors, and answers OPTIONS everywhere", async () => {
      await using server = await serve([echo]);
      const options = await server.call({ method: "OPTIONS", uri: "/anywhere" });
      expect(options).toMatchObject({ status: 204, text: "" });
      expect(options.headers).toMatchObject({
        "access-control-allow-headers": expect.stringContaining("Authorization"),
        "access-control-max-age": "86400",
      });
      for (const call of [{ ...put, body: "{}" }, { uri: "/anywhere" }])
        expect((await server.call(call)).headers["access-control-allow-origin"]).toBe("*");
    });

    it("is left out where it is not wanted", async () => {
      await using server = await serve([echo], { cors: false });
      expect((await server.call({ ...put, body: "{}" })).headers).not.toHaveProperty("access-control-allow-origin");
      expect((await server.call({ ...put, method: "OPTIONS" })).status).toBe(405);
    });
  });

  describe("JSON bodies", () => {
    it.each([
      ["what is no JSON", "{", 400, "M_NOT_JSON"],
      ["a form", "user=alice", 400, "M_NOT_JSON"],
      ["bytes that are not UTF-8", Uint8Array.of(0x22, 0xc3, 0x28, 0x22), 400, "M_NOT_JSON"],
      ["a byte order mark", "\uFEFF{}", 400, "M_NOT_JSON"],
      ["an array", "[]", 400, "M_BAD_JSON"],
      ["null", "null", 400, "M_BAD_JSON"],
      ["501 levels", `{"a":${"[".repeat(500)}${"]".repeat(500)}}`, 400, "M_BAD_JSON"],
      ["half of a surrogate pair", '{"a":"\\ud800"}', 400, "M_BAD_JSON"],
      ["half of a surrogate pair in a key", '{"\\udfff":1}', 400, "M_BAD_JSON"],
      ["more than a mebibyte", `{"a":"${"x".repeat(1_048_576)}"}`, 413, "M_TOO_LARGE"],
    ] as const)("refuses %s", async (_what, body, status, code) => {
      await using server = await serve([echo]);
      expect(errcode(await server.call({ ...put, body }))).toEqual([status, code]);
    });

    it.each([
      ["nothing at all, as an empty object", "", {}],
      ["500 levels", `{"a":${"[".repeat(499)}${"]".repeat(499)}}`, JSON.parse(`{"a":${"[".repeat(499)}${"]".repeat(499)}}`)],
      ["brackets within texts", `{"a":"${"[".repeat(1_000)}\\""}`, { a: `${"[".repeat(1_000)}"` }],
      ["a pair of surrogates", '{"a":"\\ud83d\\ude00ä"}', { a: "😀ä" }],
      ["unknown members, in their order", '{"b":1,"a":null}', { b: 1, a: null }],
    ])("takes %s", async (_what, body, expected) => {
      await using server = await serve([echo]);
      const { json, text } = await server.call({ ...put, body });
      expect(json).toEqual(expected);
      expect(text).toBe(JSON.stringify(expected));
    });

    it("joins a body that comes in pieces, also within a letter", async () => {
      await using server = await serve([echo]);
      const letter = Buffer.from("ä");
      async function* pieces(): AsyncGenerator<Uint8Array> {
        yield* chunks('{"a":', '"');
        yield letter.subarray(0, 1);
        yield letter.subarray(1);
        yield* chunks('"}');
      }
      expect((await server.call({ ...put, body: pieces() })).json).toEqual({ a: "ä" });
    });

    it("bounds a body whose size is not announced, and one that a handler wants small", async () => {
      await using server = await serve([handle(declared.putThing, ({ body }) => body, { maxBodyBytes: 10 })]);
      expect((await server.call({ ...put, body: '{"a":1234}' })).status).toBe(200);
      expect(errcode(await server.call({ ...put, body: '{"a":12345}' }))).toEqual([413, "M_TOO_LARGE"]);
      expect(errcode(await server.call({ ...put, body: endless('{"a":123456789') }))).toEqual([413, "M_TOO_LARGE"]);
    });

    it("does not wait for ever", async () => {
      await using server = await serve([echo], { bodyTimeoutMs: 5 });
      expect(errcode(await server.call({ ...put, body: endless() }))).toEqual([408, "M_UNKNOWN"]);
    });

    it("checks leniently where the handler says so", async () => {
      const call = { method: "POST", uri: "/v3/either", body: "{}" };
      await using strict = await serve([handle(declared.postNumbered, ({ body }) => body)]);
      expect(errcode(await strict.call(call))).toEqual([400, "M_BAD_JSON"]);
      await using lenient = await serve([handle(declared.postNumbered, ({ body }) => body, { parse: { mode: "lenient" } })]);
      expect((await lenient.call(call)).json).toEqual({ number: 0 });
    });
  });

  describe("files", () => {
    it("come whole, and are bounded", async () => {
      await using server = await serve([handle(declared.putFile, ({ body }) => ({ size: body.byteLength }), { maxBodyBytes: 5 })]);
      expect((await server.call({ method: "PUT", uri: "/v3/file", body: "12345" })).json).toEqual({ size: 5 });
      expect((await server.call({ method: "PUT", uri: "/v3/file" })).json).toEqual({ size: 0 });
      expect(errcode(await server.call({ method: "PUT", uri: "/v3/file", body: "123456" }))).toEqual([413, "M_TOO_LARGE"]);
    });

    it("come as a stream of any size, whose reader may leave early", async () => {
      const big = new Uint8Array(3_000_000);
      await using server = await serve([
        handleUpload(declared.putFile, async ({ body }) => {
          let size = 0;
          for await (const chunk of body) {
            size += chunk.byteLength;
            if (chunk[0] === 0x21) break;
          }
          return { size };
        }),
      ]);
      expect((await server.call({ method: "PUT", uri: "/v3/file", body: big })).json).toEqual({ size: 3_000_000 });
      expect((await server.call({ method: "PUT", uri: "/v3/file", body: endless("!") })).json).toEqual({ size: 1 });
    });

    it("go out whole, or as a stream with its headers", async () => {
      let opened = 0;
      const open = (): AsyncIterable<Uint8Array> => {
        opened++;
        return chunks("ab", "cd");
      };
      await using whole = await serve([handle(declared.getFile, () => ({ body: Buffer.from("abc"), contentType: "image/png" }))]);
      expect(await whole.call({ uri: "/v3/file" })).toMatchObject({
        text: "abc",
        headers: { "content-type": "image/png", "content-length": "3" },
      });
      await using streamed = await serve([
        handle(declared.getFile, () => streamedReply(open, { sizeBytes: 4, headers: { "content-type": "text/plain" } })),
      ]);
      const head = { "content-type": "text/plain", "content-length": "4", "access-control-allow-origin": "*" };
      expect(await streamed.call({ method: "HEAD", uri: "/v3/file" })).toMatchObject({ status: 200, text: "", headers: head });
      expect(opened).toBe(0);
      expect(await streamed.call({ uri: "/v3/file" })).toMatchObject({ text: "abcd", headers: head });
      await using unknown = await serve([handle(declared.getFile, () => streamedReply(open))]);
      const answer = await unknown.call({ uri: "/v3/file" });
      expect(answer.text).toBe("abcd");
      expect(answer.headers).not.toHaveProperty("content-length");
    });

    it("break the connection when their stream fails", async () => {
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield Buffer.from("ab");
        throw new Error("the disk is gone");
      }
      await using server = await serve([handle(declared.getFile, () => streamedReply(broken, { sizeBytes: 4 }))]);
      await expect(server.call({ uri: "/v3/file" })).rejects.toThrow();
    });
  });

  describe("credentials", () => {
    const own: HandledEndpoint<Account>[] = [
      handle(declared.whoami, (_request, { user }) => ({ name: user.name })),
      handle(declared.greet, (_request, { requester }) => ({ name: requester?.name ?? "stranger" })),
    ];

    it("come in the header or in the query", async () => {
      await using server = await serve(own, { authenticate });
      for (const call of [{ uri: "/v3/whoami", headers: { authorization: "Bearer good" } }, { uri: "/v3/whoami?access_token=good" }])
        expect((await server.call(call)).json).toEqual({ name: "alice" });
    });

    it("are asked for, and refused if they are nobody's", async () => {
      await using server = await serve(own, { authenticate });
      expect(errcode(await server.call({ uri: "/v3/whoami" }))).toEqual([401, "M_MISSING_TOKEN"]);
      const unknown = await server.call({ uri: "/v3/whoami", headers: { authorization: "Bearer bad" } });
      expect(unknown).toMatchObject({ status: 401, json: { errcode: "M_UNKNOWN_TOKEN", soft_logout: false } });
    });

    it("may be left out where they are optional, but not be wrong", async () => {
      await using server = await serve(own, { authenticate });
      expect((await server.call({ uri: "/v3/greet" })).json).toEqual({ name: "stranger" });
      expect((await server.call({ uri: "/v3/greet?access_token=good" })).json).toEqual({ name: "alice" });
      expect(errcode(await server.call({ uri: "/v3/greet?access_token=bad" }))).toEqual([401, "M_UNKNOWN_TOKEN"]);
    });

    it("are not looked at where the endpoint takes none", async () => {
      const never: Authenticate<Account> = () => {
        throw new Error("asked");
      };
      await using server = await serve([echo], { authenticate: never });
      expect((await server.call({ ...put, body: "{}", headers: { authorization: "Bearer bad" } })).status).toBe(200);
    });

    it("may cover the body, which is still there for the handler", async () => {
      const signer: Authenticate<string> = async (request) => (isJsonObject(await request.json()) ? "a.org" : undefined);
      const received: unknown[] = [];
      await using server = await serve(
        [
          handle(declared.sendSigned, ({ body }, { user }: RequestContext<string>) => {
            received.push(user, body);
            return {};
          }),
        ],
        { authenticate: signer },
      );
      expect((await server.call({ method: "PUT", uri: "/v1/send", body: '{"a":1}' })).status).toBe(200);
      expect(received).toEqual(["a.org", { a: 1 }]);
      expect(errcode(await server.call({ method: "PUT", uri: "/v1/send", body: "[]" }))).toEqual([401, "M_UNAUTHORIZED"]);
    });

    it("of a homeserver are its token and no other", async () => {
      await using server = await serve([handle(declared.whoami, () => ({ name: "hs" }))], { authenticate: byHomeserverToken("secret") });
      expect((await server.call({ uri: "/v3/whoami?access_token=secret" })).status).toBe(200);
      expect(errcode(await server.call({ uri: "/v3/whoami" }))).toEqual([401, "M_MISSING_TOKEN"]);
      for (const token of ["secreT", "secret1", "s", "secre"])
        expect(errcode(await server.call({ uri: `/v3/whoami?access_token=${token}` }))).toEqual([403, "M_FORBIDDEN"]);
    });

    it("are never forgotten: a server that cannot check them does not start", async () => {
      await expect(serve(own)).rejects.toThrow(expect.objectContaining({ code: "NO_AUTHENTICATION" }));
      await expect(serve([...own, ...own], { authenticate })).rejects.toThrow(expect.objectContaining({ code: "DUPLICATE_HANDLER" }));
    });
  });

  describe("admission", () => {
    it("knows the endpoint, the user and the address, and refuses before the body is read", async () => {
      const seen: unknown[] = [];
      await using server = await serve([echo], {
        admit: ({ endpoint, clientAddress, method, uri }, user) => {
          seen.push([endpoint.id, clientAddress.replace("::ffff:", ""), method, uri, user]);
          throw matrixError("M_LIMIT_EXCEEDED", "too fast", { retry_after_ms: 1_500 });
        },
      });
      const refused = await server.call({ ...put, uri: "/v3/things/a?b=c", body: endless() });
      expect(errcode(refused)).toEqual([429, "M_LIMIT_EXCEEDED"]);
      expect(refused.headers["retry-after"]).toBe("2");
      expect(seen).toEqual([["putThing", "127.0.0.1", "PUT", "/v3/things/a?b=c", undefined]]);
    });

    it("may take its time", async () => {
      await using server = await serve([echo], { admit: () => Promise.reject(matrixError("M_FORBIDDEN", "no")) });
      expect(errcode(await server.call({ ...put, body: "{}" }))).toEqual([403, "M_FORBIDDEN"]);
    });
  });

  describe("answers", () => {
    const answering = (answer: () => unknown): HandledEndpoint<unknown>[] => [
      handle(declared.putThing, answer as () => object as () => {}),
    ];
    const request = { ...put, body: "{}" };

    it("may be JSON already, or have a status and headers of their own", async () => {
      await using raw = await serve(answering(() => rawJson('{ "a": 1 }')));
      expect(await raw.call(request)).toMatchObject({ status: 200, text: '{ "a": 1 }', headers: { "content-type": "application/json" } });
      await using own = await serve(answering(() => reply({ a: 1 }, 201, { etag: "x", "content-type": "application/x" })));
      expect(await own.call(request)).toMatchObject({
        status: 201,
        json: { a: 1 },
        headers: { etag: "x", "content-type": "application/x" },
      });
    });

    it("are the error that a handler throws", async () => {
      const failing = answering(() => {
        throw new MatrixError(418, "ORG.EXAMPLE_TEAPOT", "short and stout", { spout: true });
      });
      await using server = await serve(failing);
      expect(await server.call(request)).toMatchObject({
        status: 418,
        json: { errcode: "ORG.EXAMPLE_TEAPOT", error: "short and stout", spout: true },
      });
    });

    it("are what mapError makes of other errors: a wire error, or a body of another kind", async () => {
      class Missing extends Error {}
      class Challenge extends Error {}
      let error: Error = new Missing("it is gone");
      const failing = answering(() => {
        throw error;
      });
      const about: unknown[] = [];
      await using server = await serve(failing, {
        mapError: (thrown, line) => {
          about.push(line);
          if (thrown instanceof Missing) return matrixError("M_NOT_FOUND", thrown.message);
          if (thrown instanceof Challenge) return { status: 401, headers: { "x-own": "1" }, body: '{"flows":[]}' };
          return undefined;
        },
      });
      expect(await server.call({ ...request, uri: "/v3/things/a?access_token=secret" })).toMatchObject({
        status: 404,
        json: { error: "it is gone" },
      });
      error = new Challenge();
      expect(await server.call(request)).toMatchObject({ status: 401, json: { flows: [] }, headers: { "x-own": "1" } });
      expect(about).toEqual([
        { method: "PUT", path: "/v3/things/a" },
        { method: "PUT", path: "/v3/things/a" },
      ]);
    });

    it.each([
      ["an error that nothing maps", () => Promise.reject(new Error("secret"))],
      ["a status that the endpoint does not have", () => reply({}, 299)],
      ["an answer that has no JSON", () => ({ a: 1n })],
    ])("are 500 for %s, without its text, and onError is told", async (_what, answer) => {
      const told: unknown[] = [];
      await using server = await serve(answering(answer), { onError: (error, line) => told.push(error, line) });
      const failed = await server.call(request);
      expect(errcode(failed)).toEqual([500, "M_UNKNOWN"]);
      expect(failed.text).not.toContain("secret");
      expect(told).toEqual([expect.any(Error), { method: "PUT", path: "/v3/things/a" }]);
    });
  });

  describe("the signal of a request", () => {
    it("ends what waits when the client goes away", async () => {
      const client = new AbortController();
      let end = (): void => {};
      const ended = new Promise<void>((resolve) => (end = resolve));
      const waiting = handle(declared.putThing, async (_request, { signal }) => {
        const aborted = new Promise((resolve) => signal.addEventListener("abort", resolve));
        client.abort();
        await aborted;
        end();
        return {};
      });
      await using server = await serve([waiting]);
      await Promise.all([ended, server.call({ ...put, body: "{}", signal: client.signal }).catch(() => {})]);
    });

    it("ends what waits when the server closes, also what begins to wait then", async () => {
      const closing = new AbortController();
      const waiting = handle(declared.putThing, async (_request, { signal }) => {
        closing.abort();
        if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
        return { ended: true };
      });
      await using server = await serve([waiting], { signal: closing.signal });
      expect((await server.call({ ...put, body: "{}" })).json).toEqual({ ended: true });
      expect((await server.call({ ...put, body: "{}" })).json).toEqual({ ended: true });
    });
  });

  describe("whatever comes in", () => {
    const all = [
      echo,
      handle(declared.getThing, ({ path }) => ({ name: path.thing })),
      handle(declared.getState, ({ path }) => path),
      handle(declared.postNamed, ({ body }) => body),
      handle(declared.postNumbered, ({ body }) => body),
    ];
    const onError = (error: unknown): void => {
      throw error;
    };

    it("a path variable arrives as it was given", async () => {
      await using server = await serve(all, { onError });
      const text = fc.string({ unit: "grapheme", minLength: 1 }).filter((thing) => thing !== "." && thing !== "..");
      const given = fc.asyncProperty(text, async (thing) => {
        const { url } = declared.getThing.request({ path: { thing } }, { baseUrl: "" });
        expect((await server.call({ uri: url })).json).toEqual({ name: thing });
      });
      await fc.assert(given, { numRuns: 200 });
    });

    it("an answer is the handler's or a standard error", async () => {
      await using server = await serve(all, { onError });
      const piece = fc.oneof(
        fc.constantFrom(
          "v3",
          "r0",
          "things",
          "state",
          "either",
          "",
          ".",
          "..",
          "%2e",
          "%",
          "%zz",
          "%00",
          "%ff",
          "{thing}",
          "__proto__",
          "constructor",
        ),
        fc.stringMatching(/^[!-"$->@-[\]-~]{0,8}$/),
      );
      const uri = fc
        .tuple(fc.array(piece, { maxLength: 5 }), fc.option(fc.stringMatching(/^[!-"$-~]{0,10}$/)))
        .map(([pieces, query]) => `/${pieces.join("/")}${query === null ? "" : `?${query}`}`);
      const body = fc.oneof(
        fc.constant(""),
        fc.json(),
        fc.string({ unit: "binary" }),
        fc.uint8Array({ maxLength: 30 }).map((array) => new Uint8Array(array)),
        fc.constantFrom('{"name":"x"}', '{"number":1}', '{"__proto__":1}', '{"name":1}', "[".repeat(600)),
      );
      const standard = { 400: ["M_BAD_JSON", "M_NOT_JSON", "M_INVALID_PARAM"], 404: ["M_UNRECOGNIZED"], 405: ["M_UNRECOGNIZED"] };
      const any = fc.asyncProperty(uri, fc.constantFrom("GET", "PUT", "POST", "DELETE"), body, async (path, method, content) => {
        const answer = await server.call({ method, uri: path, ...(method !== "GET" && { body: content }) });
        if (answer.status === 200) expect(answer.json).toEqual(expect.any(Object));
        else expect(standard[answer.status as 400 | 404 | 405]).toContain((answer.json as { errcode: string }).errcode);
      });
      await fc.assert(any, { numRuns: 300 });
    });
  });
});
