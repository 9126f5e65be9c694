import { isJsonObject } from "@patrix/api";
import type { Schema } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * Describes objects that a field tells apart, with a fallback for values of the field that are not declared. The right
 * member is picked by the field, so that problems are reported about that one.
 *
 * @param tag - The field.
 * @param known - Schemas by value of the field.
 * @param custom - The schema for any other value.
 */
/* @__NO_SIDE_EFFECTS__ */
export function taggedUnion<T>(tag: string, known: Readonly<Record<string, Schema<T>>>, custom: Schema<T>): Schema<T> {
  // What is no text is never made one: an object may be without any way to become text.
  const isKnown = (text: unknown): boolean => typeof text === "string" && Object.hasOwn(known, text);
  const isCustom = (value: unknown): boolean => isJsonObject(value) && !isKnown(value[tag]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `Schema` hides the literal of the field in each member
  const member: Schema<T> = z.discriminatedUnion(tag, Object.values(known) as never) as never;
  // Of the two members at most one looks further than at the field, so that all that is wrong is told about that one.
  const onlyCustom = z.custom(isCustom, { error: "expected object" });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what passes comes out as it came in
  return z.union([z.pipe(onlyCustom, custom as never) as Schema<T>, member]);
}
