// Requests are authenticated, admitted and answered the same over both adapters.
import { isJsonObject, MatrixError, matrixError } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { type Authenticate, byHomeserverToken, type HandledEndpoint, handle, rawJson, reply, type RequestContext } from "../src/index.ts";
import { drivers } from "./drivers.ts";
import * as declared from "./endpoints.ts";
import { echo, endless, errcode, put } from "./requests.ts";

interface Account {
  readonly name: string;
}
const authenticate: Authenticate<Account> = ({ token }) => (token === "good" ? { name: "alice" } : undefined);

describe.each(drivers)("$name", ({ serve }) => {
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
      expect(() => byHomeserverToken("")).toThrow(expect.objectContaining({ code: "NO_AUTHENTICATION" }));
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
});
