import * as fc from "fast-check";
import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { EmptyObject } from "../model/empty-object.ts";
import { type Endpoint, endpoint } from "./endpoint.ts";
import { RequestError, ValidationError } from "../errors.ts";
import { MatrixError } from "../errors/matrix-error.ts";
import { bytes, type FileResponse, fileResponse, htmlResponse, type Redirect, redirectResponse } from "../wire/media.ts";
import { type Model, model, paramsModel } from "../model/model.ts";
import { obj } from "../model/object.ts";
import { routesOf } from "./routes.ts";

interface Path {
  room: string;
  key: string;
}
const Path: Model<Path> = paramsModel(() => obj<Path>({ room: z.string(), key: z.string() }));
interface Body {
  name: string;
  age?: number | undefined;
}
const Body: Model<Body> = model(() => obj<Body>({ name: z.string(), age: z.optional(z.int()) }));

const history = { stable: [{ since: "v1.1", path: "/rooms/{room}/state/{key}" }] } as const;
const shared = { auth: "accessToken", rateLimited: true } as const;
const put: Endpoint<{ path: Path; body: Body }, Body> = endpoint({
  id: "put",
  method: "PUT",
  ...shared,
  history,
  statuses: [200, 201],
  path: Path,
  body: Body,
  response: Body,
});
const file: Endpoint<object, FileResponse> = endpoint({
  id: "file",
  method: "GET",
  ...shared,
  history: { stable: [{ since: "v1.1", path: "/file" }] },
  statuses: [200, 307, 308],
  response: fileResponse,
});
const sso: Endpoint<object, Redirect> = endpoint({
  id: "sso",
  method: "GET",
  ...shared,
  history: { stable: [{ since: "v1.1", path: "/sso" }] },
  statuses: [302],
  response: redirectResponse,
});
const page: Endpoint<object, string> = endpoint({
  id: "page",
  method: "GET",
  ...shared,
  history: { stable: [{ since: "v1.1", path: "/page" }] },
  response: htmlResponse,
});
const upload: Endpoint<{ body: Uint8Array; headers?: { "content-type"?: string | undefined } | undefined }, EmptyObject> = endpoint({
  id: "upload",
  method: "POST",
  ...shared,
  history: { stable: [{ since: "v1.1", path: "/upload" }] },
  headers: paramsModel(() => obj<{ "content-type"?: string | undefined }>({ "content-type": z.optional(z.string()) })),
  body: bytes,
  response: EmptyObject,
});
const search: Endpoint<{ query?: object | undefined }, EmptyObject> = endpoint({
  id: "search",
  method: "GET",
  ...shared,
  history: { stable: [{ since: "v1.1", path: "/search" }] },
  query: paramsModel(() => z.looseObject({})),
  response: EmptyObject,
});
const baseUrl = "https://example.org/";

describe("request", () => {
  it("puts any text into a path variable so that the same text comes out", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text !== "." && text !== ".."),
        (key) => {
          const { url } = put.request({ path: { room: "!r:a", key }, body: { name: "a" } }, { baseUrl });
          const segments = new URL(url).pathname.split("/");
          expect(segments).toHaveLength(5);
          expect(decodeURIComponent(segments[4] ?? "")).toBe(key);
        },
      ),
    );
  });

  it.each([".", ".."])("does not let the path variable %j climb up the path", (key) => {
    const { url } = put.request({ path: { room: "!r:a", key }, body: { name: "a" } }, { baseUrl });
    expect(new URL(url).pathname.split("/")).toHaveLength(5);
  });

  it("refuses a missing path variable", () => {
    expect(() => put.request({ path: { room: "!r:a" } as Path, body: { name: "a" } }, { baseUrl })).toThrow(RequestError);
  });

  it("sends the token as a header and never in the URL", () => {
    const { url, headers } = file.request({}, { baseUrl, accessToken: "secret" });
    expect(headers["authorization"]).toBe("Bearer secret");
    expect(url).not.toContain("secret");
  });

  it("masquerades as a user and a device of an application service", () => {
    expect(file.request({}, { baseUrl, userId: "@a:b", deviceId: "D" }).url).toBe("https://example.org/file?user_id=%40a%3Ab&device_id=D");
  });

  it("sends bytes with the content type that was given, or octets", () => {
    const body = new Uint8Array([1]);
    expect(upload.request({ body }, { baseUrl })).toMatchObject({ body, headers: { "content-type": "application/octet-stream" } });
    expect(upload.request({ body, headers: { "content-type": "image/png" } }, { baseUrl }).headers["content-type"]).toBe("image/png");
  });
});

describe("parseRequest", () => {
  const params = { room: "!r:a", key: "k" };
  const query = new URLSearchParams();

  it("returns the body that came in, unknown members included", () => {
    const body = { name: "a", "org.example": [1] };
    expect(put.parseRequest({ params, query, body }).body).toBe(body);
  });

  it.each([
    ["a missing member", {}, "M_BAD_JSON", "/name"],
    ["a member of the wrong type", { name: 1 }, "M_BAD_JSON", "/name"],
    ["no body", undefined, "M_BAD_JSON", "/name"],
    ["a body that is no object", [], "M_BAD_JSON", ""],
  ])("refuses %s and names it", (_, body, errcode, named) => {
    const error = caught(() => put.parseRequest({ params, query, body }));
    expect(error).toMatchObject({ status: 400, errcode });
    expect(error.message).toContain(named);
  });

  it("reads query parameters, those that are repeated in order, whatever their names", () => {
    const text = "a=1&via=x&__proto__=p&__proto__=q&via=y&constructor=c&via=z&empty=&toString=t&toString=u";
    const read = search.parseRequest({ params: {}, query: new URLSearchParams(text) }).query ?? {};
    expect(Object.entries(read)).toEqual([
      ["a", "1"],
      ["via", ["x", "y", "z"]],
      ["constructor", "c"],
      ["empty", ""],
      ["toString", ["t", "u"]],
    ]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  });

  it("tells a missing parameter from a wrong one", () => {
    expect(caught(() => put.parseRequest({ params: { room: "!r:a" }, query, body: { name: "a" } })).errcode).toBe("M_MISSING_PARAM");
  });
});

describe("response and parseResponse", () => {
  it("carry JSON with a documented status only", () => {
    const { status, headers, body } = put.response({ name: "a" }, 201);
    expect(status).toBe(201);
    expect(put.parseResponse({ status, headers, body: JSON.parse(body as string) })).toEqual({ name: "a" });
    expect(() => put.response({ name: "a" }, 202)).toThrow(RangeError);
  });

  it("carry files and redirects to files", () => {
    const content = { body: new Uint8Array([1, 2]), contentType: "image/png", contentDisposition: "inline" };
    expect(file.parseResponse(file.response(content))).toEqual(content);
    const moved = file.response({ location: "https://cdn.example.org/x" });
    expect(moved.status).toBe(307);
    expect(file.parseResponse(moved)).toEqual({ location: "https://cdn.example.org/x" });
  });

  it("carry redirects and pages", () => {
    expect(sso.response({ location: "/login" })).toMatchObject({ status: 302, headers: { location: "/login" } });
    expect(sso.parseResponse(sso.response({ location: "/login" }))).toEqual({ location: "/login" });
    expect(page.parseResponse(page.response("<p>"))).toBe("<p>");
  });

  it("throw the error of an error status, and a validation error for a wrong body", () => {
    expect(caught(() => put.parseResponse({ status: 404, body: { errcode: "M_NOT_FOUND" } })).errcode).toBe("M_NOT_FOUND");
    expect(() => put.parseResponse({ status: 200, body: { name: 1 } })).toThrow(ValidationError);
    expect(() => file.parseResponse({ status: 307, headers: {} })).toThrow(ValidationError);
  });
});

describe("routesOf", () => {
  it("joins endpoints that share a method and a path, whatever their variables are called", () => {
    const other: Endpoint<object, EmptyObject> = endpoint({
      id: "other",
      method: "PUT",
      ...shared,
      history: { stable: [{ since: "v1.1", path: "/rooms/{a}/state/{b}" }] },
      response: EmptyObject,
    });
    const routes = routesOf([put, other, file]);
    expect(routes.map(({ method, endpoints }) => [method, endpoints.map(({ id }) => id)])).toEqual([
      ["PUT", ["put", "other"]],
      ["GET", ["file"]],
    ]);
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
