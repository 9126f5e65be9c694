/** A JSON object with unknown members; the shape of event content and of extensible bodies. */
export interface JsonObject {
  [key: string]: unknown;
}

/** Tells whether a value is a JSON object: not `null`, not an array. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
