import type { Schema } from "@patrix/identifiers";
import type { JsonObject } from "./json.ts";
import { SchemaNotes } from "./schema-notes.ts";

/** What a repair does with a malformed value: takes the member away, or puts another value in its place. */
export type Fix = "remove" | { readonly replacement: unknown };

/**
 * Looks at a malformed value, `undefined` for a missing one, and at what contains it.
 * Returns `undefined` where it cannot help. It must change neither.
 */
export type Repair = (value: unknown, parent: JsonObject) => Fix | undefined;

/** A repair and its name. */
export interface LenientRule {
  readonly rule: string;
  readonly repair: Repair;
  /** Whether the rule holds in strict mode too. */
  readonly always: boolean;
}

/** What is declared of schemas. @internal */
export const schemaNotes: SchemaNotes<LenientRule> = /* @__PURE__ */ new SchemaNotes();

/**
 * Declares what lenient parsing does where a value does not match; strict parsing and JSON Schemas ignore it. What the specification itself
 * demands of readers is {@link tolerated}.
 * A rule is looked for at the malformed value first, then at what contains it.
 *
 * @param schema - Stays as it is; the rule belongs to the returned copy.
 * @param rule - Name for logs, in kebab-case.
 * @example
 * obj<Avatar>({ url: lenient(z.optional(MxcUri), "empty-string-null", whenEmpty("remove")) });
 */
/* @__NO_SIDE_EFFECTS__ */
export function lenient<S extends Schema<unknown>>(schema: S, rule: string, repair: Repair): S {
  return schemaNotes.add(schema, { rules: [{ rule, repair, always: false }] });
}

/**
 * Declares what readers take a malformed value for because the specification says so in words, though its schema refuses the value: both modes
 * do it. A payload that needs it is not what the type says, so {@link Model.is} does not take it.
 *
 * @param schema - Stays as it is; the rule belongs to the returned copy.
 * @param rule - Name for logs, in kebab-case.
 * @example
 * obj<RoomName>({ name: tolerated(z.string(), "no-name", whenMissing({ replacement: "" })) });
 */
/* @__NO_SIDE_EFFECTS__ */
export function tolerated<S extends Schema<unknown>>(schema: S, rule: string, repair: Repair): S {
  return schemaNotes.add(schema, { rules: [{ rule, repair, always: true }] });
}

/** The rules of a schema, in the order of their declaration. @internal */
export function rulesOf(schema: object): readonly LenientRule[] {
  return schemaNotes.of(schema).rules;
}

/** A {@link Repair} of empty strings. */
/* @__NO_SIDE_EFFECTS__ */
export function whenEmpty(fix: Fix): Repair {
  return (value) => (value === "" ? fix : undefined);
}

/** A {@link Repair} of members that are missing or `null`. */
/* @__NO_SIDE_EFFECTS__ */
export function whenMissing(fix: Fix): Repair {
  return (value) => (value === undefined || value === null ? fix : undefined);
}

/** A {@link Repair} of members that are not of a type: they are taken away. */
/* @__NO_SIDE_EFFECTS__ */
export function unlessType(type: "string" | "boolean" | "number"): Repair {
  return (value) => (value === undefined || typeof value === type ? undefined : "remove");
}
