import type { Schema } from "@patrix/identifiers";
import * as z from "zod/mini";

// URLs and headers carry text only. These read the text on the server and accept real values on the client.

/** Describes an integer parameter; texts such as `30000` and `-1` are converted. */
/* @__NO_SIDE_EFFECTS__ */
export function intParam(): Schema<number> {
  const read = (value: unknown): unknown => (typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : value);
  return z.pipe(z.transform(read), z.int()) as never;
}

/** Describes a boolean parameter; the texts `true` and `false` are converted. */
/* @__NO_SIDE_EFFECTS__ */
export function boolParam(): Schema<boolean> {
  const read = (value: unknown): unknown => (value === "true" ? true : value === "false" ? false : value);
  return z.pipe(z.transform(read), z.boolean()) as never;
}

/** Describes a parameter that may be repeated; a single one becomes a list of one. */
/* @__NO_SIDE_EFFECTS__ */
export function listParam<T>(item: Schema<T>): Schema<T[]> {
  return z.pipe(
    z.transform((value) => (value === undefined || Array.isArray(value) ? value : [value])),
    z.array(item),
  ) as never;
}

/** Describes a parameter whose text is a JSON document, such as an inline filter. */
/* @__NO_SIDE_EFFECTS__ */
export function jsonParam<T>(value: Schema<T>): Schema<T> {
  return z.pipe(z.transform(readJson), value) as never;
}

/** Reads a text as JSON; what is no text, or no JSON, stays as it is. @internal */
export function readJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
