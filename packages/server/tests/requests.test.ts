// Requests are routed, read and checked the same over both adapters.
import { describe, expect, it } from "vitest";
import { matrixError } from "@patrix/api";
import { handle, handleUpload, type RequestContext, streamedReply } from "../src/index.ts";
import { drivers } from "./drivers.ts";
import * as declared from "./endpoints.ts";
import { chunks, echo, endless, errcode, put } from "./requests.ts";

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

    it("refuses who may not ask at all before it looks at the body", async () => {
      const admit = ({ headers }: RequestContext<unknown>): void => {
        if (headers["x-name"] !== "admin") throw matrixError("M_FORBIDDEN", "not for you");
      };
      await using server = await serve([handle(declared.postNamed, ({ body }) => body, { admit })]);
      const post = { method: "POST", uri: "/v3/either", body: "{" };
      expect(errcode(await server.call(post))).toEqual([403, "M_FORBIDDEN"]);
      expect(errcode(await server.call({ ...post, headers: { "x-name": "admin" } }))).toEqual([400, "M_NOT_JSON"]);
    });

    it("lets an operation answer that knows its requests by their query, also where it refuses them, and none else", async () => {
      await using server = await serve([
        handle(declared.postNumbered, ({ body }) => ({ number: body.number })),
        handle(declared.postNamed, ({ body }) => body, { when: (query) => query.has("named") }),
      ]);
      const post = { method: "POST", uri: "/v3/either", body: '{"number":1}' };
      expect((await server.call(post)).json).toEqual({ number: 1 });
      expect(errcode(await server.call({ ...post, uri: "/v3/either?named" }))).toEqual([400, "M_BAD_JSON"]);
      expect(errcode(await server.call({ ...post, body: '{"name":"x"}' }))).toEqual([400, "M_BAD_JSON"]);
      expect((await server.call({ ...post, uri: "/v3/either?named=1", body: '{"name":"x"}' })).json).toEqual({ name: "x" });
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

  it("checks what servers send leniently, unless it is told otherwise", async () => {
    const call = { method: "PUT", uri: "/v1/numbered", body: "{}" };
    const authenticate = async () => "a.org";
    const handled = [handle(declared.sendNumbered, ({ body }) => ({ ...body }))];
    await using usual = await serve(handled, { authenticate });
    expect((await usual.call(call)).json).toEqual({ number: 0 });
    await using strict = await serve(handled, { authenticate, parse: { mode: "strict" } });
    expect(errcode(await strict.call(call))).toEqual([400, "M_BAD_JSON"]);
    const either = { method: "POST", uri: "/v3/either", body: "{}" };
    await using lenient = await serve([handle(declared.postNumbered, ({ body }) => body)], { parse: { mode: "lenient" } });
    expect((await lenient.call(either)).json).toEqual({ number: 0 });
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
      for (const [status, sizeBytes, text] of [
        [206, 4, "abcd"],
        [304, undefined, ""],
        [416, 4, "abcd"],
      ] as const) {
        await using partial = await serve([
          handle(declared.getFile, () => streamedReply(open, { status, sizeBytes, headers: { etag: '"a"' } })),
        ]);
        const answer = await partial.call({ uri: "/v3/file" });
        expect([answer.status, answer.text, answer.headers["etag"]]).toEqual([status, text, '"a"']);
      }
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
});
