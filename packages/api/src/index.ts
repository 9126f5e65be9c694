/**
 * Endpoint declarations, models, errors and the codecs between typed values and HTTP.
 *
 * @packageDocumentation
 */
export * from "./auth-scheme.ts";
export * from "./empty-object.ts";
export * from "./encode-request.ts";
export * from "./encode-response.ts";
export * from "./endpoint-metadata.ts";
export * from "./endpoint.ts";
export * from "./errcodes.ts";
export * from "./error-body.ts";
export * from "./errors.ts";
export { explainIssue, toPointer } from "./explain-issue.ts";
export * from "./http-message.ts";
export * from "./json.ts";
export { type Fix, lenient, type LenientRule, type Repair, whenEmpty, whenMissing } from "./lenient.ts";
export * from "./matrix-error.ts";
export * from "./media.ts";
export * from "./model.ts";
export * from "./multipart.ts";
export { nearestName } from "./nearest-name.ts";
export * from "./object.ts";
export * from "./params.ts";
export * from "./path-history.ts";
export type { AppliedRepair } from "./repair-payload.ts";
export * from "./routes.ts";
export * from "./spec-version.ts";
export * from "./uia.ts";
