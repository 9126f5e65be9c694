import { ValidationError } from "../errors.ts";
import { isJsonObject, type JsonObject } from "../model/json.ts";
import { type Model, type ModelKind, NO_REPAIRS, type ParseResult, type WireCodec } from "../model/model.ts";

/** A file in a response body. */
export interface FileContent {
  readonly body: Uint8Array;
  /** Media type, `application/octet-stream` if the sender named none. */
  readonly contentType: string;
  /** The `Content-Disposition` header as it was sent. */
  readonly contentDisposition?: string | undefined;
}

/** An answer that sends the caller to another address. */
export interface Redirect {
  /** Absolute or relative URI of the `Location` header. */
  readonly location: string;
}

/** What a media download answers with: the file, or where it is. */
export type FileResponse = FileContent | Redirect;

/** What media endpoints between servers answer with: a JSON object (empty so far) and the file, as `multipart/mixed`. */
export interface MultipartMedia {
  readonly metadata: JsonObject;
  readonly file: FileResponse;
}

/** Declares a body that is not JSON: it has no schema, its kind tells the codecs what to do. @internal */
/* @__NO_SIDE_EFFECTS__ */
export function rawModel<T>(kind: ModelKind, expected: string, is: (value: unknown) => value is T, wire?: WireCodec<T>): Model<T> {
  const safeParse = (value: unknown): ParseResult<T> =>
    is(value) ? { ok: true, value, repairs: NO_REPAIRS } : { ok: false, issues: [{ pointer: "", message: `expected ${expected}` }] };
  return {
    kind,
    wire,
    get schema(): never {
      throw new TypeError(`${expected} has no JSON schema`);
    },
    parse: (value) => {
      const result = safeParse(value);
      if (result.ok) return result.value;
      throw new ValidationError(result.issues);
    },
    safeParse,
    is,
  };
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isRedirect = (value: unknown): value is Redirect => isJsonObject(value) && typeof value["location"] === "string";
/** Tells whether a value is a file or a redirect to one. @internal */
export const isFile = (value: unknown): value is FileResponse =>
  isRedirect(value) || (isJsonObject(value) && isBytes(value["body"]) && typeof value["contentType"] === "string");
const isText = (value: unknown): value is string => typeof value === "string";

/** A request body of raw bytes. */
export const bytes: Model<Uint8Array> = /* @__PURE__ */ rawModel("bytes", "bytes", isBytes);
/** A response that is a file, or a redirect to one (307 or 308). */
export const fileResponse: Model<FileResponse> = /* @__PURE__ */ rawModel("file", "a file or a redirect", isFile);
/** A response that is always a redirect (302). */
export const redirectResponse: Model<Redirect> = /* @__PURE__ */ rawModel("redirect", "a redirect", isRedirect);
/** A response that is a page for a person. */
export const htmlResponse: Model<string> = /* @__PURE__ */ rawModel("html", "an HTML page", isText);
