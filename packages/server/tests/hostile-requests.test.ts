// No request gets anything but an answer of its handler or a standard error, over both adapters.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { handle } from "../src/index.ts";
import { drivers } from "./drivers.ts";
import * as declared from "./endpoints.ts";
import { echo } from "./requests.ts";

describe.each(drivers)("$name", ({ serve }) => {
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
