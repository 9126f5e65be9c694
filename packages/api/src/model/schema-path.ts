import type { Schema } from "@patrix/identifiers";

/** The members of zod's definitions that lead to other schemas. */
interface Definition {
  readonly type: string;
  readonly innerType?: Schema<unknown>;
  readonly in?: Schema<unknown>;
  readonly out?: Schema<unknown>;
  readonly options?: readonly Schema<unknown>[];
  readonly shape?: Readonly<Record<PropertyKey, Schema<unknown>>>;
  readonly element?: Schema<unknown>;
  readonly valueType?: Schema<unknown>;
}

/** What zod knows of a schema. */
export function definitionOf(schema: Schema<unknown>): Definition {
  return schema._zod.def;
}

/** For each prefix of a path into a payload, the schemas that may describe the value there. */
export function schemasAlong(root: Schema<unknown>, path: readonly PropertyKey[]): Schema<unknown>[][] {
  const levels = [sameValue(root)];
  for (const key of path) levels.push((levels.at(-1) ?? []).flatMap((schema) => childrenOf(schema, key)).flatMap(sameValue));
  return levels;
}

/** A schema and those within it that describe the same value. */
function sameValue(schema: Schema<unknown>): Schema<unknown>[] {
  const { innerType, in: before, out, options = [] } = definitionOf(schema);
  return [schema, ...[innerType, before, out, ...options].flatMap((inner) => (inner ? sameValue(inner) : []))];
}

function childrenOf(schema: Schema<unknown>, key: PropertyKey): Schema<unknown>[] {
  const { shape = {}, element, valueType } = definitionOf(schema);
  const child = Object.hasOwn(shape, key) ? shape[key] : (element ?? valueType);
  return child ? [child] : [];
}
