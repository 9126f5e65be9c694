// A form in which the specification's JSON Schemas and our zod schemas can be compared.
import * as z from "zod/mini";
import type { JsonSchema } from "./spec-data.ts";

/** A type, freed of everything that is not compared: titles, formats, patterns, descriptions. */
export type Shape =
  | { readonly kind: "any" | "integer" | "number" | "boolean" | "null" | "free" }
  | { readonly kind: "string"; readonly values?: readonly string[] }
  | { readonly kind: "array"; readonly item: Shape }
  | { readonly kind: "object"; readonly members: Readonly<Record<string, Member>>; readonly rest?: Shape }
  | { readonly kind: "record"; readonly value: Shape; readonly single: boolean }
  | { readonly kind: "union"; readonly options: readonly Shape[] };

/** A member of an object. */
export interface Member {
  readonly shape: Shape;
  readonly required: boolean;
}

/** Reads a schema of the specification. */
export function specShape(schema: JsonSchema | null | undefined): Shape {
  if (!schema || Object.keys(schema).every((key) => key.startsWith("x-"))) return { kind: "any" };
  const options = schema.oneOf ?? schema.anyOf;
  if (options) {
    const shapes = options.map(specShape);
    // Two kinds of identifiers are one string here.
    return shapes.every(({ kind }) => kind === "string") ? { kind: "string" } : { kind: "union", options: shapes };
  }
  if (Array.isArray(schema.type)) return { kind: "union", options: schema.type.map((type: string) => specShape({ type })) };
  if (schema.properties || schema.type === "object") return specObject(schema);
  switch (schema.type) {
    case "array":
      return { kind: "array", item: specShape(schema.items) };
    case "string":
      return schema.enum ? { kind: "string", values: schema.enum.map(String).toSorted() } : { kind: "string" };
    case "integer":
    case "number":
    case "boolean":
    case "null":
      return { kind: schema.type };
    default:
      throw new Error(`unknown schema ${JSON.stringify(schema).slice(0, 100)}`);
  }
}

function specObject({ properties = {}, required = [], patternProperties, additionalProperties, maxProperties }: JsonSchema): Shape {
  const names = Object.keys(properties);
  const pattern = Object.values(patternProperties ?? {})[0];
  const additional =
    typeof additionalProperties === "object" && specShape(additionalProperties).kind !== "any" ? additionalProperties : undefined;
  const rest = pattern ?? additional;
  if (names.length === 0) {
    if (rest || maxProperties === 1) return { kind: "record", value: specShape(rest), single: maxProperties === 1 };
    return { kind: "free" };
  }
  const members = Object.fromEntries(
    names.map((name) => [name, { shape: specShape(properties[name]), required: required.includes(name) }]),
  );
  return rest ? { kind: "object", members, rest: specShape(rest) } : { kind: "object", members };
}

/** The parts of a zod definition that are read here. */
interface Definition {
  readonly type: string;
  readonly format?: string;
  readonly checks?: readonly unknown[];
  readonly shape?: Readonly<Record<string, z.ZodMiniType>>;
  readonly catchall?: z.ZodMiniType;
  readonly innerType?: z.ZodMiniType;
  readonly element?: z.ZodMiniType;
  readonly valueType?: z.ZodMiniType;
  readonly options?: readonly z.ZodMiniType[];
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
  readonly out?: z.ZodMiniType;
}

/** Reads a schema of ours. */
export function zodShape(schema: z.ZodMiniType): Shape {
  const def = schema._zod.def as Definition;
  switch (def.type) {
    case "string": {
      const known = z.globalRegistry.get(schema)?.["known"] as readonly string[] | undefined;
      return known?.length ? { kind: "string", values: known.toSorted() } : { kind: "string" };
    }
    case "enum":
      return { kind: "string", values: Object.values(def.entries ?? {}).toSorted() };
    case "literal":
      return { kind: "string", values: (def.values ?? []).map(String).toSorted() };
    case "number":
      return { kind: def.format === "safeint" ? "integer" : "number" };
    case "boolean":
    case "null":
      return { kind: def.type };
    case "unknown":
      return { kind: "any" };
    case "custom":
      return { kind: "free" };
    case "array":
      return { kind: "array", item: zodShape(inner(def.element)) };
    case "record":
      return { kind: "record", value: zodShape(inner(def.valueType)), single: (def.checks ?? []).length > 0 };
    case "union":
      return { kind: "union", options: (def.options ?? []).map(zodShape) };
    case "nullable":
      return { kind: "union", options: [zodShape(inner(def.innerType)), { kind: "null" }] };
    case "pipe": {
      // The checks of a piped map, as of one that must have a single member, are on the pipe.
      const out = zodShape(inner(def.out));
      return out.kind === "record" ? { ...out, single: (def.checks ?? []).length > 0 } : out;
    }
    case "object":
      return zodObject(def);
    default:
      throw new Error(`unknown zod type ${def.type}`);
  }
}

function zodObject({ shape = {}, catchall }: Definition): Shape {
  const members = Object.fromEntries(
    Object.entries(shape).map(([name, schema]): [string, Member] => {
      const def = schema._zod.def as Definition;
      const optional = def.type === "optional";
      return [name, { shape: zodShape(optional ? inner(def.innerType) : schema), required: !optional }];
    }),
  );
  const rest = catchall && zodShape(catchall).kind !== "any" ? zodShape(catchall) : undefined;
  return rest ? { kind: "object", members, rest } : { kind: "object", members };
}

function inner(schema: z.ZodMiniType | undefined): z.ZodMiniType {
  if (!schema) throw new Error("a zod definition lacks a part");
  return schema;
}
