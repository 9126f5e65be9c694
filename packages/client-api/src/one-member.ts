import { record } from "@patrix/api";
import type { Schema } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Describes an object that has exactly one member, of any name. */
export function oneMember<T>(value: Schema<T>): Schema<Record<string, T>> {
  const hasOne = (members: object): boolean => Object.keys(members).length === 1;
  const schema = record(z.string(), value);
  return schema.check(z.refine(hasOne, { error: "expected exactly one member" }), z.meta({ minProperties: 1, maxProperties: 1 }));
}
