/**
 * Canonical JSON: a strict encoder, and a strict parser that reports what `JSON.parse` hides.
 *
 * @packageDocumentation
 */
export { compareCodePoints, hasLoneSurrogate, utf8SizeBytes } from "./code-points.ts";
export { encodeCanonicalJson, type EncodeOptions } from "./encode-canonical-json.ts";
export { CanonicalJsonError, type CanonicalJsonErrorCode, JsonParseError } from "./errors.ts";
export {
  canonicalJsonSizeBytes,
  checkEventSize,
  findOversizedField,
  LIMITED_EVENT_FIELDS,
  MAX_EVENT_FIELD_SIZE_BYTES,
  MAX_EVENT_SIZE_BYTES,
} from "./event-size.ts";
export { formatJsonPointer } from "./json-pointer.ts";
export type { JsonIssue } from "./json-scanner.ts";
export { type CanonicalJsonObject, type CanonicalJsonValue, DEFAULT_MAX_DEPTH, HIGHEST_MAX_DEPTH } from "./json-value.ts";
export {
  isCanonicalJson,
  LENIENT_NUMBERS,
  type ParseOptions,
  parseStrictJson,
  scanJson,
  type ScanOptions,
  type ScanResult,
} from "./parse-json.ts";
