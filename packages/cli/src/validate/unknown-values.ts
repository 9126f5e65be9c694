import { isJsonObject, type Issue, type Model, toPointer } from "@patrix/api";
import { type JsonSchema, toJsonSchema } from "@patrix/api/json-schema";

const schemas = new WeakMap<Model<unknown>, JsonSchema>();

/** Finds values that the declaration does not list where the specification names some and lets others pass: typing errors, mostly. */
export function unknownValues(model: Model<unknown>, value: unknown): Issue[] {
  const schema = schemas.get(model) ?? toJsonSchema(model);
  schemas.set(model, schema);
  return look({ root: schema, schema, value, path: [], depth: 0 });
}

interface Place {
  readonly root: JsonSchema;
  readonly schema: unknown;
  readonly value: unknown;
  readonly path: readonly PropertyKey[];
  readonly depth: number;
}

/** Recursive schemas end where the value does; this is only for those that refer to themselves at once. */
const maxDepth = 1000;

function look(place: Place): Issue[] {
  const { root, schema, value, path, depth } = place;
  if (!isJsonObject(schema) || depth > maxDepth) return [];
  const within = (inner: unknown, at: Pick<Place, "value" | "path"> = place): Issue[] =>
    look({ root, schema: inner, ...at, depth: depth + 1 });
  const referred = typeof schema["$ref"] === "string" ? within(resolve(root, schema["$ref"])) : [];
  const all = listOf(schema["allOf"]).flatMap((inner) => within(inner));
  // Of several forms that a value may have, the one that fits best counts.
  const [best = []] = [...listOf(schema["anyOf"]), ...listOf(schema["oneOf"])]
    .map((inner) => within(inner))
    .sort((a, b) => a.length - b.length);
  return [...unknownText(schema["examples"], value, path), ...referred, ...all, ...best, ...children(schema, value, path, within)];
}

function unknownText(known: unknown, value: unknown, path: readonly PropertyKey[]): Issue[] {
  if (!Array.isArray(known) || typeof value !== "string" || known.includes(value)) return [];
  return [{ pointer: toPointer(path), message: `not one of the specified values: ${known.join(", ")}` }];
}

function children(
  schema: JsonSchema,
  value: unknown,
  path: readonly PropertyKey[],
  within: (inner: unknown, at: Pick<Place, "value" | "path">) => Issue[],
): Issue[] {
  if (Array.isArray(value))
    return value.flatMap((item: unknown, index) => within(schema["items"], { value: item, path: [...path, index] }));
  if (!isJsonObject(value)) return [];
  const { properties, additionalProperties } = schema;
  return Object.entries(value).flatMap(([key, member]) => {
    const declared = isJsonObject(properties) && Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    return within(declared, { value: member, path: [...path, key] });
  });
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Follows a reference within the document, such as `#/$defs/a`. */
function resolve(root: JsonSchema, reference: string): unknown {
  const steps = reference.replace(/^#\/?/, "").split("/").filter(Boolean);
  return steps.reduce<unknown>(
    (inner, step) => (isJsonObject(inner) ? inner[step.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined),
    root,
  );
}
