/**
 * Endpoint declarations, models, errors and the codecs between typed values and HTTP.
 *
 * @packageDocumentation
 */
export * from "./endpoint/auth-scheme.ts";
export * from "./endpoint/encode-request.ts";
export * from "./endpoint/encode-response.ts";
export * from "./endpoint/endpoint-metadata.ts";
export * from "./endpoint/endpoint.ts";
export * from "./endpoint/path-history.ts";
export * from "./endpoint/routes.ts";
export * from "./endpoint/spec-version.ts";
export * from "./errors.ts";
export * from "./errors/errcodes.ts";
export * from "./errors/error-body.ts";
export * from "./errors/matrix-error.ts";
export { nearestName } from "./errors/nearest-name.ts";
export * from "./errors/uia.ts";
export * from "./model/empty-object.ts";
export { explainIssue, toPointer } from "./model/explain-issue.ts";
export * from "./model/json.ts";
export { independent } from "./model/independent.ts";
export { type Fix, lenient, type LenientRule, type Repair, tolerated, unlessType, whenEmpty, whenMissing } from "./model/lenient.ts";
export * from "./model/model.ts";
export * from "./model/object.ts";
export * from "./model/params.ts";
export type { AppliedRepair } from "./model/applied-repair.ts";
export type { ParseOptions } from "./model/parse-options.ts";
export * from "./wire/concat-bytes.ts";
export * from "./wire/http-message.ts";
export * from "./wire/media.ts";
export * from "./wire/multipart.ts";
export * from "./wire/read-at-most.ts";
