// Clients write `null` for what they leave out: every optional member of every request takes it so.
import * as fc from "fast-check";
import type { AnyEndpoint, IncomingRequest } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { type JsonSchema, toJsonSchema } from "@patrix/api/json-schema";
import { declarations } from "./declarations.ts";
import { schemaValues } from "./schema-values.ts";

/** A member that may be left out of a request. */
interface OptionalMember {
  readonly pointer: string;
  readonly schema: JsonSchema;
  /** Whether the member is part of an object that carries signatures. */
  readonly signed: boolean;
  /** The smallest value that is complete but for the member. */
  readonly without: unknown;
  /** The same with a value for the member. */
  readonly put: (value: unknown) => unknown;
}

const propertiesOf = ({ properties }: JsonSchema): Record<string, JsonSchema> => (properties ?? {}) as Record<string, JsonSchema>;
const optionsOf = ({ anyOf, oneOf }: JsonSchema): readonly JsonSchema[] => (anyOf ?? oneOf ?? []) as JsonSchema[];

/** The smallest value that a schema allows. */
function smallest(schema: JsonSchema): unknown {
  const [first] = optionsOf(schema);
  if (first) return smallest(first);
  if (schema["type"] === "object") {
    const required = (schema["required"] ?? []) as string[];
    return Object.fromEntries(required.map((name) => [name, smallest(propertiesOf(schema)[name] ?? {})]));
  }
  if (schema["type"] === "array" && schema["minItems"] === undefined && schema["prefixItems"] === undefined) return [];
  return fc.sample(schemaValues(schema), { seed: 1, numRuns: 1 })[0];
}

/** Every optional member of the values of a schema, at any depth. */
function* optionalMembers(
  schema: JsonSchema,
  pointer = "",
  signed = false,
  wrap: (value: unknown) => unknown = (value) => value,
): Generator<OptionalMember> {
  for (const option of optionsOf(schema)) yield* optionalMembers(option, pointer, signed, wrap);
  const properties = propertiesOf(schema);
  const inSigned = signed || properties["signatures"] !== undefined;
  const { additionalProperties: values, propertyNames, items } = schema as Record<string, JsonSchema | undefined>;
  const object = schema["type"] === "object" ? (smallest(schema) as object) : {};
  for (const [name, member] of Object.entries(properties)) {
    const put = (value: unknown): unknown => wrap({ ...object, [name]: value });
    if (!((schema["required"] ?? []) as string[]).includes(name))
      yield { pointer: `${pointer}/${name}`, schema: member, signed: inSigned, without: wrap(object), put };
    yield* optionalMembers(member, `${pointer}/${name}`, inSigned, put);
  }
  if (typeof values === "object") {
    const key = String(smallest(propertyNames ?? { type: "string", examples: ["key"] }));
    yield* optionalMembers(values, `${pointer}/*`, inSigned, (value) => wrap({ ...object, [key]: value }));
  }
  if (typeof items === "object") yield* optionalMembers(items, `${pointer}/0`, inSigned, (value) => wrap([value]));
}

/** Whether a schema has a meaning for `null`, or none for anything. */
function takesNull(schema: JsonSchema): boolean {
  const { type } = schema;
  if (schema["const"] === null || type === "null") return true;
  const options = optionsOf(schema);
  if (options.length > 0) return options.some(takesNull);
  return type === undefined && schema["enum"] === undefined && schema["const"] === undefined;
}

/** A request whose other parts are the smallest ones. */
function requestOf({ models }: AnyEndpoint, body: unknown, query: Record<string, unknown> = {}): IncomingRequest {
  const parts = (model: AnyEndpoint["models"]["path"]): Record<string, unknown> =>
    model ? (smallest(toJsonSchema(model)) as Record<string, unknown>) : {};
  const texts = (values: Record<string, unknown>): [string, string][] =>
    Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]);
  return {
    params: Object.fromEntries(texts(parts(models.path))),
    query: new URLSearchParams(texts({ ...parts(models.query), ...query })),
    headers: Object.fromEntries(texts(parts(models.headers))),
    body,
  };
}

const bodies = Object.entries(declarations).flatMap(([api, endpoints]) =>
  endpoints
    .filter(({ models }) => models.body?.kind === "json")
    .flatMap((endpoint) => {
      const schema = endpoint.models.body ? toJsonSchema(endpoint.models.body) : {};
      return [...optionalMembers(schema)].map((member) => ({ ...member, endpoint, name: `${api} ${endpoint.id} ${member.pointer}` }));
    }),
);
const unsigned = bodies.filter(({ schema, signed }) => !signed && !takesNull(schema));

describe("a member of a request body that may be left out", () => {
  it("is every one of the table", () => {
    expect(unsigned.length).toBeGreaterThan(150);
    for (const wanted of ["ban /reason", "createRoom /name", "createRoom /room_version", "login /device_id", "register /username"])
      expect(unsigned.some(({ name }) => name.endsWith(wanted))).toBe(true);
  });

  it.each(unsigned)("counts as left out where it is null: $name", ({ endpoint, put, without }) => {
    const body = (value: unknown): unknown => (endpoint.parseRequest(requestOf(endpoint, value)) as { body: unknown }).body;
    const sent = put(null);
    const text = JSON.stringify(sent);
    expect(body(sent)).toEqual(body(without));
    expect(JSON.stringify(sent)).toBe(text);
  });

  it("stays as it is where null has a meaning or the content is free", () => {
    const kept = bodies.filter(({ schema, signed }) => !signed && takesNull(schema));
    expect(kept.length).toBeGreaterThan(0);
    for (const { endpoint, put, name } of kept) {
      const sent = put(null);
      const { body } = endpoint.parseRequest(requestOf(endpoint, sent)) as { body: unknown };
      expect(body, name).toEqual(sent);
    }
  });

  it("is refused where it is null within something signed", () => {
    const signed = bodies.filter((member) => member.signed && !takesNull(member.schema));
    expect(signed.length).toBeGreaterThan(0);
    for (const { endpoint, put, name } of signed) expect(() => endpoint.parseRequest(requestOf(endpoint, put(null))), name).toThrow(/null/);
  });
});

describe("a member of a query parameter that is JSON", () => {
  const members = Object.values(declarations).flatMap((endpoints) =>
    endpoints.flatMap((endpoint) =>
      Object.entries(endpoint.models.query ? propertiesOf(toJsonSchema(endpoint.models.query)) : {}).flatMap(([parameter, schema]) =>
        [...optionalMembers(schema)].map((member) => ({
          ...member,
          endpoint,
          parameter,
          name: `${endpoint.id} ${parameter} ${member.pointer}`,
        })),
      ),
    ),
  );

  it("is among those of sync", () => {
    expect(members.some(({ name }) => name === "sync filter /room/timeline/limit")).toBe(true);
  });

  it.each(members)("counts as left out where it is null: $name", ({ endpoint, parameter, put, without }) => {
    const query = (value: unknown): unknown =>
      (endpoint.parseRequest(requestOf(endpoint, undefined, { [parameter]: value })) as { query: unknown }).query;
    expect(query(put(null))).toEqual(query(without));
  });
});

describe("a body", () => {
  const json = Object.values(declarations).flatMap((endpoints) => endpoints.filter(({ models }) => models.body?.kind === "json"));

  it.each(json)("of $id is an object, not null, a list or a text", (endpoint) => {
    for (const body of [null, [], "text", 1, true])
      expect(() => endpoint.parseRequest(requestOf(endpoint, body))).toThrow(expect.objectContaining({ errcode: "M_BAD_JSON" }) as Error);
  });
});
