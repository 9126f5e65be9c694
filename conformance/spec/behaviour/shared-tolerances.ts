import { callAppservice, queryUserById } from "@patrix/appservice-api";
import { type HttpRequest, type IncomingResponse, parseMatrixError } from "@patrix/api";
import { getWellknown } from "@patrix/client-api";
import { isUserId, parseMatrixToUri, parseMatrixUri, parseServerName, parseUserId } from "@patrix/identifiers";
import { requestEmailToken } from "@patrix/identity-api";
import { compileGlob } from "@patrix/push-rules";
import { handle, serve } from "@patrix/server";
import { createVerifyKey, signJson, signingKeyFromSeed, verifyJson } from "@patrix/signatures";
import { expect } from "vitest";
import type { BehaviourTolerance } from "./behaviour-tolerance.ts";
import { scriptedClient } from "./scripted-client.ts";

const key = signingKeyFromSeed(new Uint8Array(32).fill(7), "ed25519:1");
const verifyKey = createVerifyKey(key.publicKey, key.keyId);
const signed = signJson({ n: 1 }, "example.org", key);

/** What clients, servers and application services have in common. */
export const sharedTolerances: readonly BehaviourTolerance[] = [
  {
    place: "appendices.md, base64",
    words: "padding may be there or not",
    holds: () => {
      const signature = signed.signatures["example.org"]?.[key.keyId] ?? "";
      for (const padding of ["", "=="]) {
        const padded = { n: 1, signatures: { "example.org": { [key.keyId]: signature + padding } } };
        expect(verifyJson(padded, "example.org", [verifyKey])).toEqual({ outcome: "valid" });
      }
    },
  },
  {
    place: "appendices.md, historical user IDs",
    words: "any localpart but one with a colon or NUL",
    holds: () => {
      expect(parseUserId("@Zoë B/!:example.org")).toMatchObject({ localpart: "Zoë B/!", historical: true });
      expect(["@:example.org", "@a\0:example.org"].map((id) => isUserId(id))).toEqual([true, false]);
    },
  },
  {
    place: "appendices.md, server names",
    words: "names that differ in case are two servers",
    holds: () => {
      expect(parseServerName("Example.org").host).toBe("Example.org");
      expect(verifyJson(signed, "Example.org", [verifyKey])).toMatchObject({ outcome: "invalid", code: "NO_SIGNATURE" });
    },
  },
  {
    place: "appendices.md, matrix URIs",
    words: "actions that do not fit the resource are ignored",
    holds: () => {
      const actionOf = (path: string): string | undefined => parseMatrixUri(`matrix:${path}`).action;
      expect(["u/a:x?action=join", "r/a:x?action=chat"].map(actionOf)).toEqual([undefined, undefined]);
      expect(["u/a:x?action=chat", "r/a:x?action=join"].map(actionOf)).toEqual(["chat", "join"]);
    },
  },
  {
    place: "appendices.md, matrix.to",
    words: "links that are not fully encoded, and to groups, occur",
    holds: () => {
      const plain = parseMatrixToUri("https://matrix.to/#/#a:example.org/$event:example.org?via=example.org");
      expect(plain).toEqual(parseMatrixToUri("https://matrix.to/#/%23a%3Aexample.org/%24event%3Aexample.org?via=example.org"));
      expect(() => parseMatrixToUri("https://matrix.to/#/+a:example.org")).toThrow(expect.objectContaining({ code: "UNKNOWN_URI_TYPE" }));
    },
  },
  {
    place: "appendices.md, globs",
    words: "a backslash is a backslash",
    holds: () => expect(["a\\xb", "a*b"].map(compileGlob("a\\*b"))).toEqual([true, false]),
  },
  {
    place: "every API, unsupported endpoints",
    words: "404 and 405 with M_UNRECOGNIZED",
    holds: async () => {
      const document = { "m.homeserver": { base_url: "https://hs.example.org" } };
      const answer = serve([handle(getWellknown, () => document)]);
      const ask = async (method: string, path: string): Promise<unknown> => {
        const response = await answer(new Request(`https://example.org${path}`, { method }));
        return [response.status, await response.json()];
      };
      expect(await ask("GET", "/.well-known/matrix/client")).toEqual([200, document]);
      const unrecognized = { errcode: "M_UNRECOGNIZED", error: expect.any(String) as string };
      expect(await ask("GET", "/_matrix/client/nothing")).toEqual([404, unrecognized]);
      expect(await ask("POST", "/.well-known/matrix/client")).toEqual([405, unrecognized]);
    },
  },
  {
    place: "client-server-api/_index.md, errors",
    words: "the code of an error counts before the status, which counts for M_UNKNOWN",
    holds: async () => {
      expect(parseMatrixError(418, { errcode: "M_FORBIDDEN", error: "no" })).toMatchObject({ status: 418, errcode: "M_FORBIDDEN" });
      expect(parseMatrixError(502, "<h1>Bad gateway</h1>")).toMatchObject({ status: 502, errcode: "M_UNKNOWN" });
      const tries = async (status: number, errcode: string): Promise<number> => {
        const client = await scriptedClient({ "/account/whoami": () => Response.json({ errcode, error: "x" }, { status }) });
        await expect(client.whoami()).rejects.toMatchObject({ errcode });
        return client.requests.length;
      };
      expect(await tries(400, "M_LIMIT_EXCEEDED")).toBe(3);
      expect([await tries(400, "M_UNKNOWN"), await tries(503, "M_UNKNOWN")]).toEqual([1, 3]);
    },
  },
  {
    place: "application-service-api.md, legacy routes",
    words: "older paths after an error",
    holds: async () => {
      const call = async (knows: (path: string) => boolean): Promise<readonly string[]> => {
        const paths: string[] = [];
        const send = async ({ url }: HttpRequest): Promise<IncomingResponse> => {
          const path = new URL(url).pathname;
          paths.push(path);
          return knows(path) ? { status: 200, body: {} } : { status: 404, body: "not here" };
        };
        await callAppservice(queryUserById, { path: { userId: "@a:x" } }, { baseUrl: "http://bridge.example.org", hsToken: "t", send });
        return paths;
      };
      expect(await call(() => true)).toEqual(["/_matrix/app/v1/users/%40a%3Ax"]);
      expect(await call((path) => path.startsWith("/users"))).toEqual(["/_matrix/app/v1/users/%40a%3Ax", "/users/%40a%3Ax"]);
    },
  },
  {
    place: "identity, v2_associations.yaml and others",
    words: "bodies may be form-encoded",
    holds: async () => {
      const bodies: unknown[] = [];
      const answer = serve(
        [
          handle(requestEmailToken, ({ body }) => {
            bodies.push(body);
            return { sid: "1" };
          }),
        ],
        { authenticate: async () => "somebody" },
      );
      const fields = { client_secret: "s", email: "a+b@example.org", send_attempt: "2" };
      const url = "https://id.example.org/_matrix/identity/v2/validate/email/requestToken";
      const response = await answer(new Request(url, { method: "POST", body: new URLSearchParams(fields) }));
      expect([response.status, bodies]).toEqual([200, [{ ...fields, send_attempt: 2 }]]);
    },
  },
];
