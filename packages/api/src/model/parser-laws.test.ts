// No input makes a parser throw anything but the error that it documents.
import * as fc from "fast-check";
import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { readAccessToken } from "../endpoint/auth-scheme.ts";
import { EmptyObject } from "./empty-object.ts";
import { type Endpoint, endpoint } from "../endpoint/endpoint.ts";
import { RequestError, ValidationError } from "../errors.ts";
import { MatrixError, parseMatrixError, parseRetryAfter } from "../errors/matrix-error.ts";
import { bytes, fileResponse, htmlResponse, redirectResponse } from "../wire/media.ts";
import { type Model, model, paramsModel } from "./model.ts";
import { multipartResponse, parseMultipart } from "../wire/multipart.ts";
import { jsonObject, obj, record } from "./object.ts";
import { boolParam, intParam, jsonParam, listParam } from "./params.ts";
import { selectPath } from "../endpoint/path-history.ts";
import { compareSpecVersions, isSpecVersion } from "../endpoint/spec-version.ts";
import { readUiaResponse } from "../errors/uia.ts";

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: true,
  withSparseArray: true,
});
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("", "{", "[]", "null", "1e999", "__proto__", "multipart/mixed; boundary=a"),
);

interface Path {
  key: string;
}
const Path: Model<Path> = paramsModel(() => obj<Path>({ key: z.string() }));
interface Query {
  n?: number | undefined;
  flag?: boolean | undefined;
  via?: string[] | undefined;
  filter?: object | undefined;
}
const Query: Model<Query> = paramsModel(() =>
  obj<Query>({
    n: z.optional(intParam()),
    flag: z.optional(boolParam()),
    via: z.optional(listParam(z.string())),
    filter: z.optional(jsonParam(jsonObject<object>())),
  }),
);
interface Body {
  map?: Record<string, string[]> | undefined;
  either?: string | Path | undefined;
}
const Body: Model<Body> = model(() =>
  obj<Body>({ map: z.optional(record(z.string(), z.array(z.string()))), either: z.optional(z.union([z.string(), Path.schema])) }),
);
type Request = { path: Path; query: Query; body: Body };
const put: Endpoint<Request, Body> = endpoint({
  id: "put",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/a/{key}" }] },
  path: Path,
  query: Query,
  body: Body,
  response: Body,
});

/** Runs something that may throw one of these errors. */
function only(errors: readonly (abstract new (...args: never[]) => Error)[], run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (!errors.some((type) => error instanceof type)) throw error;
  }
}

describe("whatever comes in", () => {
  it.each(Object.entries({ Body, bytes, fileResponse, redirectResponse, htmlResponse, multipartResponse }))(
    "%s throws only ValidationError",
    (_, checked: Model<unknown>) => {
      fc.assert(
        fc.property(anything, (value) => {
          only([ValidationError], () => checked.parse(value));
          only([ValidationError], () => checked.parse(value, { mode: "lenient" }));
          const result = checked.safeParse(value);
          expect(result.ok).toBe(checked.is(value));
          if (!result.ok) expect(result.issues.length).toBeGreaterThan(0);
        }),
        { numRuns: 300 },
      );
    },
  );

  it("parseRequest throws only MatrixError with status 400", () => {
    const params = fc.oneof(fc.record({ key: text }), fc.dictionary(text, text)) as fc.Arbitrary<Record<string, string>>;
    const query = fc.array(fc.tuple(fc.oneof(fc.constantFrom("n", "flag", "via", "filter"), text), text));
    fc.assert(
      fc.property(params, query, anything, (path, parameters, body) => {
        only([MatrixError], () => put.parseRequest({ params: path, query: new URLSearchParams(parameters), body }));
      }),
      { numRuns: 500 },
    );
  });

  it("parseResponse throws only MatrixError or ValidationError", () => {
    const responses = [Body, EmptyObject, bytes, fileResponse, redirectResponse, htmlResponse, multipartResponse] as Model<unknown>[];
    const headers = fc.dictionary(fc.constantFrom("content-type", "location", "retry-after", "content-disposition"), text);
    fc.assert(
      fc.property(fc.constantFrom(...responses), fc.integer({ min: 100, max: 599 }), headers, anything, (response, status, sent, body) => {
        const any = endpoint({ ...put, history: put.history, response } as never) as Endpoint<Request, unknown>;
        only([MatrixError, ValidationError], () => any.parseResponse({ status, headers: sent, body }));
      }),
      { numRuns: 1000 },
    );
  });

  it("parseMultipart throws only ValidationError", () => {
    const body = fc.oneof(
      anything,
      fc.uint8Array(),
      text.map((part) => new TextEncoder().encode(`--a\r\n\r\n{}\r\n--a\r\n${part}--a`)),
    );
    fc.assert(fc.property(text, body, (contentType, value) => only([ValidationError], () => parseMultipart(contentType, value))));
  });

  it("the readers of errors, headers and versions throw nothing", () => {
    fc.assert(
      fc.property(fc.integer(), anything, text, text, (status, body, header, other) => {
        const error = parseMatrixError(status, body, { retryAfter: header, nowMs: 0 });
        expect(error).toBeInstanceOf(MatrixError);
        readUiaResponse(error);
        readUiaResponse(body);
        parseRetryAfter(header, 0);
        readAccessToken(header, new URLSearchParams({ access_token: other }));
        expect(isSpecVersion(header)).toBe(compareSpecVersions(header, "") > 0);
      }),
      { numRuns: 500 },
    );
  });

  it("selectPath throws only RequestError", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(text, fc.constantFrom("v1.1", "r0.6.1", "v1.99"))),
        fc.dictionary(text, fc.boolean()),
        (versions, features) => {
          only([RequestError], () => selectPath(put.history, { versions, features }));
          only([RequestError], () => selectPath({ ...put.history, removed: "v1.2" }, { versions, features }));
        },
      ),
    );
  });

  it("request throws only RequestError", () => {
    fc.assert(
      fc.property(text, fc.option(text), (key, accessToken) => {
        const options = { baseUrl: "https://example.org", ...(accessToken === null ? {} : { accessToken }) };
        only([RequestError], () => put.request({ path: { key }, query: {}, body: {} }, options));
      }),
    );
  });

  it("half of a surrogate pair in a path variable is refused", () => {
    const send = (): unknown => put.request({ path: { key: "\ud800" }, query: {}, body: {} }, { baseUrl: "https://a", accessToken: "t" });
    expect(send).toThrow(expect.objectContaining({ code: "INVALID_PATH_VARIABLE" }));
  });
});
