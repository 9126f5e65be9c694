/** A JSON object that is signed, hashed or redacted. It is never changed, and unknown members are kept. */
export interface JsonObject {
  readonly [key: string]: unknown;
}

/** Whether a value is a JSON object: neither an array nor `null`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Reads an own member, so that names such as `constructor` find nothing inherited. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
