import type { Schema } from "@patrix/identifiers";

/** What is declared of a schema besides what it checks. */
export interface SchemaNote<Rule> {
  /** In the order of their declaration. */
  readonly rules: readonly Rule[];
  /** Whether its items have nothing to do with one another. */
  readonly independent: boolean;
}

/** Notes by schema; a copy of a schema has those of the schema, and its own. */
export class SchemaNotes<Rule> {
  readonly #notes = new WeakMap<object, SchemaNote<Rule>>();

  /** Copies a schema, with its notes and another. */
  add<S extends Schema<unknown>>(schema: S, { rules = [], independent = false }: Partial<SchemaNote<Rule>>): S {
    const copy = schema.clone(schema._zod.def);
    const before = this.of(schema);
    this.#notes.set(copy, { rules: [...before.rules, ...rules], independent: before.independent || independent });
    return copy;
  }

  /** The notes of a schema. */
  of(schema: object): SchemaNote<Rule> {
    return this.#notes.get(schema) ?? { rules: [], independent: false };
  }
}
