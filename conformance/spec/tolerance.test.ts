import type { Model } from "@patrix/api";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { declarationOf } from "./declarations.ts";
import { hasSpec, type JsonSchema, operations } from "./spec-data.ts";

/** Identifiers by their least form: the sigil, and what the specification's pattern asks for. */
const IDENTIFIERS: Readonly<Record<string, string>> = {
  "mx-user-id": "@u:s",
  "mx-room-id": "!r",
  "mx-event-id": "$e",
  "mx-room-alias": "#a:s",
  "mx-server-name": "s",
  "mx-mxc-uri": "mxc://s/m",
};

/** Strings that the data leave open, and that are identifiers by the prose: our models check their sigils. */
const BY_NAME: Readonly<Record<string, string>> = {
  user_id: "@u:s",
  userid: "@u:s",
  sender: "@u:s",
  mxid: "@u:s",
  sub: "@u:s",
  changed: "@u:s",
  left: "@u:s",
  additional_creators: "@u:s",
  room_id: "!r",
  replacement_room: "!r",
  inaccessible_children: "!r",
  event_id: "$e",
  earliest_events: "$e",
  latest_events: "$e",
  auth_chain_ids: "$e",
  pdu_ids: "$e",
  "m.fully_read": "$e",
  "m.read": "$e",
  "m.read.private": "$e",
  alias: "#a:s",
  room_alias: "#a:s",
  matrix_server_name: "s",
  origin: "s",
  server_name: "s",
  servers: "s",
  servers_in_room: "s",
};

/** Generates values that a schema of the specification allows, unknown members included. */
function valuesOf(schema: JsonSchema, name = ""): fc.Arbitrary<unknown> {
  const options = schema.oneOf ?? schema.anyOf;
  if (options) return fc.oneof(...options.map((option) => valuesOf(option, name)));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type: string) => valuesOf({ type }, name)));
  // A later version of the specification may have further values.
  if (schema.enum)
    return fc.oneof(
      fc.constantFrom(...schema.enum),
      fc.string().map((text) => `org.example.${text}`),
    );
  if (schema.properties || schema.type === "object") return objectsOf(schema);
  switch (schema.type) {
    case "array":
      return fc.array(valuesOf(schema.items ?? {}, name), { maxLength: 3 });
    case "string": {
      const identifier = IDENTIFIERS[schema.format ?? ""] ?? BY_NAME[name];
      return identifier === undefined ? fc.string({ unit: "binary" }) : fc.constant(identifier);
    }
    case "integer":
      return fc.maxSafeInteger();
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return fc.jsonValue();
  }
}

function objectsOf({
  properties = {},
  required = [],
  patternProperties,
  additionalProperties,
  maxProperties,
}: JsonSchema): fc.Arbitrary<object> {
  const known = fc.record(Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, valuesOf(value, key)])), {
    requiredKeys: [...required].filter((key) => key in properties),
    noNullPrototype: true,
  });
  const [pattern, byPattern] = Object.entries(patternProperties ?? {})[0] ?? [];
  const additional = typeof additionalProperties === "object" ? additionalProperties : undefined;
  const rest = byPattern ?? additional;
  const size = maxProperties === 1 ? { minKeys: 1, maxKeys: 1 } : { maxKeys: 3 };
  if (rest) {
    const key =
      pattern === undefined ? fc.string().map((text) => `x.${text}`) : fc.constantFrom(`${sigilOf(pattern)}a:s`, `${sigilOf(pattern)}b:s`);
    return fc.tuple(known, fc.dictionary(key, valuesOf(rest), { ...size, noNullPrototype: true })).map(([a, b]) => ({ ...b, ...a }));
  }
  if (Object.keys(properties).length === 0) return fc.constant({});
  return fc
    .tuple(known, fc.dictionary(fc.constant("org.example.unknown"), fc.jsonValue(), { noNullPrototype: true }))
    .map(([a, b]) => ({ ...b, ...a }));
}

function sigilOf(pattern: string): string {
  return pattern.replaceAll(/[\\^]/g, "");
}

const bodies = operations.flatMap((operation) => {
  const endpoint = declarationOf(operation);
  const title = `${operation.api} ${operation.operationId}`;
  const parts: [string, Model<unknown> | undefined, JsonSchema | null | undefined][] = [
    [`${title} request`, endpoint.models.body, operation.requestBody?.schema],
    [`${title} response`, endpoint.models.response, operation.responses["200"]?.schema],
  ];
  return parts.flatMap(([name, model, schema]) => (model?.kind === "json" && schema ? [{ name, model, schema }] : []));
});

describe.skipIf(!hasSpec)("models against what the specification allows (needs ../shared/spec)", () => {
  it.each(bodies)("$name accepts whatever the schema allows, and returns it unchanged", ({ model, schema }) => {
    fc.assert(
      fc.property(valuesOf(schema), (value) => {
        const before = JSON.stringify(value);
        expect(model.parse(value)).toBe(value);
        expect(JSON.stringify(value)).toBe(before);
      }),
      { numRuns: 25 },
    );
  });

  const withRequired = bodies.flatMap(({ name, model, schema }) =>
    // A PDU stays JSON whatever it lacks: see differences.ts.
    model.is({}) ? [] : (schema.required ?? []).map((key) => ({ title: `${name} without ${key}`, model, schema, key })),
  );
  it.each(withRequired)("refuses a $title", ({ model, schema, key }) => {
    fc.assert(
      fc.property(valuesOf(schema), (value) => {
        const { [key]: _, ...rest } = value as Record<string, unknown>;
        const result = model.safeParse(rest);
        expect(result.ok ? [] : result.issues.map(({ pointer }) => pointer)).toContain(`/${key}`);
      }),
      { numRuns: 5 },
    );
  });
});
