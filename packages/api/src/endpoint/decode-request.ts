import type { AuthScheme } from "./auth-scheme.ts";
import type { EndpointModels } from "./endpoint-metadata.ts";
import { formatIssues } from "../errors.ts";
import type { IncomingRequest } from "../wire/http-message.ts";
import type { JsonObject } from "../model/json.ts";
import { MatrixError } from "../errors/matrix-error.ts";
import type { Model } from "../model/model.ts";
import type { ParseOptions } from "../model/parse-options.ts";

const OF_CLIENTS: ParseOptions = { nulls: "left-out" };
const OF_SERVERS: ParseOptions = { nulls: "left-out", invalidItems: "left-out" };

interface DecodedEndpoint {
  readonly auth: AuthScheme;
  readonly models: EndpointModels;
}

/**
 * Decodes an HTTP request; `null` in an optional member counts as left out. Malformed items of independent lists are left out of
 * what servers send, since the batch will not come without them; clients are told.
 *
 * @throws {MatrixError} `M_INVALID_PARAM`, `M_MISSING_PARAM` or `M_BAD_JSON`, naming the field.
 */
export function decodeRequest({ auth, models }: DecodedEndpoint, request: IncomingRequest, options?: ParseOptions): JsonObject {
  const decoded: JsonObject = {};
  const usual = auth === "signedRequest" || auth === "homeserverToken" ? OF_SERVERS : OF_CLIENTS;
  const parsing = options ? { ...usual, ...options } : usual;
  if (models.path) decoded["path"] = parameters("path variable", models.path, { ...request.params }, parsing);
  if (models.query) decoded["query"] = parameters("query parameter", models.query, readQuery(request.query), parsing);
  if (models.headers) decoded["headers"] = parameters("header", models.headers, { ...request.headers }, parsing);
  if (models.body) decoded["body"] = body(models.body, request.body, parsing);
  return decoded;
}

function body(model: Model<unknown>, value: unknown, options: ParseOptions): unknown {
  const result = model.safeParse(value === undefined && model.kind === "json" ? {} : value, options);
  if (result.ok) return result.value;
  throw new MatrixError(400, "M_BAD_JSON", formatIssues(result.issues));
}

function parameters(what: string, model: Model<unknown>, value: JsonObject, options: ParseOptions): unknown {
  const result = model.safeParse(value, options);
  if (result.ok) return result.value;
  const named = result.issues.map(({ pointer, message }) => {
    const [, name = "", ...below] = pointer.split("/");
    return { name, text: `${what} ${name}: ${below.map((step) => `/${step}`).join("")}${below.length > 0 ? ": " : ""}${message}` };
  });
  const missing = named.every(({ name }) => value[name] === undefined);
  throw new MatrixError(400, missing ? "M_MISSING_PARAM" : "M_INVALID_PARAM", named.map(({ text }) => text).join("; "));
}

function readQuery(query: URLSearchParams): JsonObject {
  const values: JsonObject = {};
  for (const [name, value] of query) {
    const before = Object.hasOwn(values, name) ? values[name] : undefined;
    if (Array.isArray(before)) before.push(value);
    else if (before !== undefined) values[name] = [before, value];
    // A text is never taken for a prototype.
    else values[name] = value;
  }
  return values;
}
