import { utf8SizeBytes } from "./code-points.ts";
import { encodeCanonicalJson, type EncodeOptions } from "./encode-canonical-json.ts";
import { CanonicalJsonError } from "./errors.ts";

/** Size limit of a complete event in federation format, with signatures, in bytes of Canonical JSON. */
export const MAX_EVENT_SIZE_BYTES = 65_536;

/** Size limit of each of {@link LIMITED_EVENT_FIELDS}, in bytes of UTF-8. */
export const MAX_EVENT_FIELD_SIZE_BYTES = 255;

/** Top-level string fields of an event that have a size limit of their own. */
export const LIMITED_EVENT_FIELDS: readonly string[] = ["sender", "room_id", "state_key", "type", "event_id"];

/**
 * Measures the Canonical JSON of a value, in bytes of UTF-8.
 *
 * @throws {@link CanonicalJsonError} as {@link encodeCanonicalJson} does.
 */
export function canonicalJsonSizeBytes(value: unknown, options?: EncodeOptions): number {
  return utf8SizeBytes(encodeCanonicalJson(value, options));
}

/** Finds the first of {@link LIMITED_EVENT_FIELDS} that is larger in an event than it may be. */
export function findOversizedField(event: object): string | undefined {
  return LIMITED_EVENT_FIELDS.find((field) => {
    const value: unknown = Reflect.get(event, field);
    return typeof value === "string" && utf8SizeBytes(value) > MAX_EVENT_FIELD_SIZE_BYTES;
  });
}

/**
 * Checks an event in federation format, signatures included, against the size limits.
 *
 * @returns its size in bytes.
 * @throws {@link CanonicalJsonError} `FIELD_TOO_LARGE` or `EVENT_TOO_LARGE`; or as {@link encodeCanonicalJson} does.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#size-limits}
 */
export function checkEventSize(event: object, options?: EncodeOptions): number {
  const field = findOversizedField(event);
  if (field !== undefined) {
    throw new CanonicalJsonError("FIELD_TOO_LARGE", `/${field}`, `${field} exceeds ${MAX_EVENT_FIELD_SIZE_BYTES} bytes`);
  }
  const sizeBytes = canonicalJsonSizeBytes(event, options);
  if (sizeBytes > MAX_EVENT_SIZE_BYTES) {
    throw new CanonicalJsonError("EVENT_TOO_LARGE", "", `the event has ${sizeBytes} bytes, more than ${MAX_EVENT_SIZE_BYTES}`);
  }
  return sizeBytes;
}
