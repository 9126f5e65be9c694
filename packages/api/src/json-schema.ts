/**
 * JSON Schemas of models. An entry of its own, since the converter is larger than the models.
 *
 * @packageDocumentation
 */
import * as z from "zod/mini";
import type { Model } from "./model/model.ts";

/** A JSON Schema, draft 2020-12. */
export interface JsonSchema {
  [key: string]: unknown;
}

/** Models by the name that they are exported under, so that a schema can refer to another. */
export type NamedModels = ReadonlyMap<string, Model<unknown>>;

/** Collects the models among the exports of a package. Bodies that are not JSON have no schema and are left out. */
export function modelsOf(exports: Readonly<Record<string, unknown>>): NamedModels {
  return new Map(Object.entries(exports).filter((entry): entry is [string, Model<unknown>] => isJsonModel(entry[1])));
}

function isJsonModel(value: unknown): value is Model<unknown> {
  return (
    typeof value === "object" && value !== null && "kind" in value && value.kind === "json" && "schema" in value && "safeParse" in value
  );
}

interface Conversion {
  readonly zodSchema: z.core.$ZodTypes;
  readonly jsonSchema: z.core.JSONSchema.BaseSchema;
}

const OPTIONS = {
  target: "draft-2020-12",
  // Parameters are transformed from text: the schema describes the value that comes out. Models have no other transforms.
  io: "output",
  unrepresentable: "any",
  override: ({ zodSchema, jsonSchema }: Conversion): void => {
    // Objects stay open for keys of later versions, which needs no words, unless those keys have a schema of their own.
    const { additionalProperties: further } = jsonSchema;
    const isOpen = typeof further === "object" && Object.keys(further).length === 0;
    if (zodSchema._zod.def.type === "object" && isOpen) delete jsonSchema.additionalProperties;
    // Known values of an open enum are examples.
    const { known, ...rest } = jsonSchema;
    if (Array.isArray(known)) {
      for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
      Object.assign(jsonSchema, rest, known.length > 0 ? { examples: known } : {});
    }
  },
} as const;

/**
 * Converts one model on its own.
 *
 * @example
 * JSON.stringify(toJsonSchema(CreateRoomBody));
 */
export function toJsonSchema(model: Model<unknown>): JsonSchema {
  return { ...z.toJSONSchema(asZod(model), OPTIONS) };
}

/** Converts models together: one that another contains becomes a reference to `prefix` and its name. */
export function toJsonSchemas(models: NamedModels, prefix: string): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>();
  for (const [name, model] of models) {
    const schema = asZod(model);
    if (!registry.has(schema)) registry.add(schema, { id: name });
  }
  const { schemas } = z.toJSONSchema(registry, { ...OPTIONS, uri: (id) => `${prefix}${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withoutIdentity(schema)]));
}

// The parse boundary between the structural schema that models show and the class behind it.
function asZod(model: Model<unknown>): z.core.$ZodType {
  return model.schema;
}

function withoutIdentity({ $id: _id, $schema: _schema, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
