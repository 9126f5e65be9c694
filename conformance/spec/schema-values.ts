// Values of JSON Schemas as our models are converted to: with unknown members, unknown values of open enums and the largest integers.
import * as fc from "fast-check";
import type { JsonSchema } from "@patrix/api/json-schema";

/** What a member that nobody declared may be; integers are those that JSON can hold everywhere. */
const unknownValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, "", null),
);

/** Generates values that a schema allows. */
export function schemaValues(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { const: constant, enum: values, anyOf, oneOf, type } = schema;
  if (constant !== undefined) return fc.constant(constant);
  if (Array.isArray(values)) return fc.constantFrom(...(values as unknown[]));
  const options = anyOf ?? oneOf;
  if (Array.isArray(options)) return fc.oneof(...options.map((option: JsonSchema) => schemaValues(option)));
  if (Array.isArray(type)) return fc.oneof(...type.map((one: unknown) => schemaValues({ ...schema, type: one })));
  switch (type) {
    case "string":
      return strings(schema);
    case "integer":
      return fc.oneof(fc.maxSafeInteger(), fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, 0));
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return arrays(schema);
    case "object":
      return objects(schema);
    default:
      return unknownValue;
  }
}

function strings({ pattern, examples, maxLength }: JsonSchema): fc.Arbitrary<string> {
  if (typeof pattern === "string") {
    // Identifiers are limited in bytes, which a pattern cannot say.
    return fc.stringMatching(new RegExp(pattern, "u"), { size: "xsmall" }).filter((text) => text.length < 64);
  }
  const any = fc.string({ unit: "binary", ...(typeof maxLength === "number" ? { maxLength } : {}) });
  return Array.isArray(examples) ? fc.oneof(fc.constantFrom(...(examples as string[])), any) : any;
}

function arrays({ items, prefixItems, minItems, maxItems }: JsonSchema): fc.Arbitrary<unknown[]> {
  if (Array.isArray(prefixItems)) return fc.tuple(...prefixItems.map((item: JsonSchema) => schemaValues(item)));
  const minLength = typeof minItems === "number" ? minItems : 0;
  const maxLength = Math.min(typeof maxItems === "number" ? maxItems : 3, 3);
  return fc.array(items === undefined ? unknownValue : schemaValues(items as JsonSchema), { minLength, maxLength });
}

function objects({
  properties,
  required,
  additionalProperties,
  patternProperties,
  propertyNames,
  minProperties,
  maxProperties,
}: JsonSchema): fc.Arbitrary<object> {
  const shape = Object.entries((properties ?? {}) as Record<string, JsonSchema>);
  const known = fc.record(Object.fromEntries(shape.map(([key, value]) => [key, schemaValues(value)])), {
    requiredKeys: (required ?? []) as string[],
    noNullPrototype: true,
  });
  const [byPattern] = Object.entries((patternProperties ?? {}) as Record<string, JsonSchema>);
  const keys = byPattern ? { type: "string", pattern: byPattern[0] } : ((propertyNames ?? { type: "string" }) as JsonSchema);
  const rest = byPattern?.[1] ?? additionalProperties;
  const unknownKey = schemaValues(keys).filter(
    (key) => key !== "__proto__" && !shape.some(([name]) => name === key),
  ) as fc.Arbitrary<string>;
  const values = typeof rest === "object" && rest !== null ? schemaValues(rest as JsonSchema) : unknownValue;
  return fc
    .tuple(
      known,
      fc.dictionary(unknownKey, values, {
        minKeys: typeof minProperties === "number" ? minProperties : 0,
        maxKeys: typeof maxProperties === "number" ? maxProperties : 3,
        noNullPrototype: true,
      }),
    )
    .map(([a, b]) => ({ ...b, ...a }));
}
