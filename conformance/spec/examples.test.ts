import { encodeError, ErrorBody, MatrixError, RateLimitBody, readUiaResponse, type AnyEndpoint } from "@patrix/api";
import { encodeCanonicalJson } from "@patrix/canonical-json";
import { describe, expect, it } from "vitest";
import { declarationOf } from "./declarations.ts";
import {
  examples,
  hasSpec,
  operations,
  readSpec,
  type JsonSchema,
  type SpecExample,
  type SpecOperation,
  type SpecParameter,
} from "./spec-data.ts";

const cases = examples.map((example) => ({ title: example.file, example }));
const ofDirection = (direction: SpecExample["direction"], errors = false): typeof cases =>
  cases.filter(({ example }) => example.direction === direction && (example.status ?? "") >= "4" === errors);

describe.skipIf(!hasSpec)("examples of request bodies (needs ../shared/spec)", () => {
  it.each(ofDirection("request"))("$title goes from client to server unchanged", ({ example }) => {
    const endpoint = declarationOf(example);
    const body = readSpec(`examples/${example.file}`) as object;
    const before = canonical(body);
    expect(endpoint.models.body?.parse(body)).toBe(body);

    const sent = endpoint.request(
      { ...sampleParameters(operationOf(example)), body },
      { baseUrl: "https://example.org", accessToken: "token" },
    );
    const received = endpoint.parseRequest(receive(endpoint, sent.url, sent.body)) as { body: object };
    expect(canonical(received.body)).toBe(before);
  });
});

describe.skipIf(!hasSpec)("examples of success responses (needs ../shared/spec)", () => {
  it.each(ofDirection("response"))("$title goes from server to client unchanged", ({ example }) => {
    const endpoint = declarationOf(example);
    const body = readSpec(`examples/${example.file}`) as object;
    const before = canonical(body);
    const status = Number(example.status);
    const sent = endpoint.response(body, status);
    const received = endpoint.parseResponse({ status: sent.status, headers: sent.headers, body: JSON.parse(sent.body as string) });
    expect(sent.status).toBe(status);
    expect(canonical(received as object)).toBe(before);
    expect(endpoint.models.response.parse(body)).toBe(body);
  });
});

describe.skipIf(!hasSpec)("examples of error responses (needs ../shared/spec)", () => {
  it.each(ofDirection("response", true))("$title is read as the error that it is", ({ example }) => {
    const endpoint = declarationOf(example);
    const body = readSpec(`examples/${example.file}`) as Record<string, unknown>;
    const status = Number(example.status);
    const error = caught(() => endpoint.parseResponse({ status, headers: {}, body }));
    expect(error.status).toBe(status);
    expect(error.body).toEqual(body);
    const documented = endpoint.errors?.[status]?.body ?? (status === 429 ? RateLimitBody : ErrorBody);
    expect(documented.parse(body)).toBe(body);
    if ("flows" in body) {
      expect(readUiaResponse(error)).toEqual(body);
      return;
    }
    expect(error.errcode).toBe(body["errcode"]);
    const served = encodeError(error);
    expect(served.status).toBe(status);
    expect(JSON.parse(served.body as string)).toEqual(body);
  });
});

function operationOf({ api, operationId }: SpecExample): SpecOperation {
  return operations.find((operation) => operation.api === api && operation.operationId === operationId)!;
}

/** Parameters as the specification exemplifies them, or values of their type. */
function sampleParameters({ pathParams, queryParams }: SpecOperation): { path: object; query: object } {
  const values = (parameters: readonly SpecParameter[]): object =>
    Object.fromEntries(
      parameters.filter(({ required }) => required).map(({ name, schema, example }) => [name, example ?? sampleValue(schema)]),
    );
  return { path: values(pathParams), query: values(queryParams) };
}

function sampleValue({ type, format, enum: values }: JsonSchema): unknown {
  if (values) return values[0];
  if (type === "integer") return 1;
  if (type === "boolean") return true;
  return { "mx-room-id": "!room:example.org", "mx-user-id": "@user:example.org", "mx-event-id": "$event" }[format ?? ""] ?? "text";
}

/** What a server makes of a request: path variables by the newest path, the query, and the parsed body. */
function receive(endpoint: AnyEndpoint, url: string, body: string | Uint8Array | undefined): Parameters<AnyEndpoint["parseRequest"]>[0] {
  const { pathname, searchParams } = new URL(url);
  const template = endpoint.history.stable?.at(-1)?.path ?? "";
  const actual = pathname.split("/");
  const params = Object.fromEntries(
    template
      .split("/")
      .flatMap((segment, i) => (segment.startsWith("{") ? [[segment.slice(1, -1), decodeURIComponent(actual[i] ?? "")]] : [])),
  );
  return { params, query: searchParams, body: JSON.parse(body as string) };
}

function caught(run: () => unknown): MatrixError {
  try {
    run();
  } catch (error) {
    if (error instanceof MatrixError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

/** Canonical text; tags have fractional orders, which canonical JSON proper does not allow. */
function canonical(value: object): string {
  return encodeCanonicalJson(value, { strict: false });
}
