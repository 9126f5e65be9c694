import * as fc from "fast-check";
import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { type Endpoint, endpoint } from "../endpoint/endpoint.ts";
import { EmptyObject } from "./empty-object.ts";
import { MatrixError } from "../errors/matrix-error.ts";
import { type Model, paramsModel } from "./model.ts";
import { jsonObject, obj } from "./object.ts";
import { boolParam, intParam, jsonParam, listParam } from "./params.ts";

interface Query {
  n?: number | undefined;
  flag?: boolean | undefined;
  via?: string[] | undefined;
  filter?: object | undefined;
  text?: string | undefined;
}
const Query: Model<Query> = paramsModel(() =>
  obj<Query>({
    n: z.optional(intParam()),
    flag: z.optional(boolParam()),
    via: z.optional(listParam(z.string())),
    filter: z.optional(jsonParam<object>(jsonObject<object>())),
    text: z.optional(z.string()),
  }),
);
const search: Endpoint<{ query: Query }, EmptyObject> = endpoint({
  id: "search",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/search" }] },
  query: Query,
  response: EmptyObject,
});
const decode = (query: string): Query => search.parseRequest({ params: {}, query: new URLSearchParams(query) }).query;

describe("query parameters", () => {
  it("arrive as the client gave them", () => {
    const query = fc.record<Query>(
      {
        n: fc.maxSafeInteger().filter((n) => !Object.is(n, -0)),
        flag: fc.boolean(),
        via: fc.array(fc.string(), { minLength: 1 }),
        filter: fc.dictionary(fc.string(), fc.string(), { noNullPrototype: true }).filter((value) => !Object.hasOwn(value, "__proto__")),
        text: fc.string({ unit: "grapheme" }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(query, (value) => {
        const { url } = search.request({ query: value }, { baseUrl: "https://example.org" });
        expect(search.parseRequest({ params: {}, query: new URL(url).searchParams }).query).toEqual(value);
      }),
    );
  });

  it.each(["1.5", "0x10", "", " 1", "1e3", "99999999999999999", "NaN"])("refuses %j as an integer, with M_INVALID_PARAM", (text) => {
    const error = caught(() => decode(new URLSearchParams({ n: text }).toString()));
    expect(error.errcode).toBe("M_INVALID_PARAM");
    expect(error.message).toContain("query parameter n");
  });

  it.each(["1", "True", "yes", ""])("refuses %j as a boolean", (text) => {
    expect(caught(() => decode(`flag=${text}`)).status).toBe(400);
  });

  it("reads a single value of a list as a list, and keeps the order of several", () => {
    expect(decode("via=a").via).toEqual(["a"]);
    expect(decode("via=b&via=a&via=b").via).toEqual(["b", "a", "b"]);
    expect(decode("").via).toBeUndefined();
  });

  it("refuses a repeated parameter that is not a list", () => {
    expect(caught(() => decode("text=a&text=b")).errcode).toBe("M_INVALID_PARAM");
  });

  it("refuses JSON that does not parse or is of the wrong kind", () => {
    expect(caught(() => decode("filter=%7B")).errcode).toBe("M_INVALID_PARAM");
    expect(caught(() => decode("filter=%5B%5D")).errcode).toBe("M_INVALID_PARAM");
  });

  it("keeps a parameter named __proto__ from changing the prototype of the query", () => {
    expect(Object.getPrototypeOf(decode("__proto__=x"))).toBe(Object.prototype);
  });
});

function caught(run: () => unknown): MatrixError {
  try {
    run();
  } catch (error) {
    if (error instanceof MatrixError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
