import type { Schema } from "@patrix/identifiers";
import * as z from "zod/mini";
import { isJsonObject, type JsonObject } from "./json.ts";

/** Structural view of a zod schema: one property to relate instead of a whole class. */
interface Typed<T> {
  readonly _zod: { readonly output: T };
}
interface TypedOptional<T> {
  readonly _zod: { readonly output: T; readonly optin: "optional" | "defaulted" };
}

/** One schema for each property of `T`; a missing, extra, mistyped or wrongly optional one is a compile error. */
export type Shape<T> = {
  readonly [K in keyof T]-?: {} extends Pick<T, K> ? TypedOptional<T[K]> : Typed<T[K]>;
};

/**
 * Describes an object that keeps unknown keys and is checked field by field against the interface `T`.
 *
 * @example
 * obj<Device>({ device_id: z.string(), display_name: z.optional(z.string()) });
 */
/* @__NO_SIDE_EFFECTS__ */
export function obj<T extends object>(shape: Shape<T>): Schema<T> {
  // The shape was checked against T above; zod would infer the same type again, at 20 times the cost.
  return z.looseObject(shape as never) as never;
}

/** Known string values that complete in an editor; any other string is accepted and kept. */
export type OpenEnum<K extends string> = K | (string & {});

/** Describes an {@link OpenEnum}: any string passes, the known values are documentation at run time. */
/* @__NO_SIDE_EFFECTS__ */
export function openEnum<const K extends string>(known: readonly K[]): Schema<OpenEnum<K>> {
  return z.string().check(z.meta({ known }));
}

/** Describes a JSON object without looking inside: no copy is made, whatever it holds. */
/* @__NO_SIDE_EFFECTS__ */
export function jsonObject<T extends object = JsonObject>(): Schema<T> {
  return z.custom<T>(isJsonObject, { error: "expected object" }).check(z.meta({ type: "object" }));
}

/** Describes a value of any JSON type, kept as it is. */
/* @__NO_SIDE_EFFECTS__ */
export function anyJson(): Schema<unknown> {
  return z.unknown();
}

/**
 * Describes an object that is used as a map. Use it in place of `z.record`, which leaves a member named `__proto__`
 * unchecked: it would reach the caller as it came in, under a key that assigns a prototype.
 */
/* @__NO_SIDE_EFFECTS__ */
export function record<K extends string, V>(key: Schema<K>, value: Schema<V>): Schema<Record<K, V>> {
  const map = z.custom((input) => isJsonObject(input) && !Object.hasOwn(input, "__proto__"), {
    error: "expected object without __proto__",
  });
  return z.pipe(map, z.record(key, value)) as never;
}
