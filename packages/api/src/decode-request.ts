import type { EndpointModels } from "./endpoint-metadata.ts";
import { formatIssues, type Issue } from "./errors.ts";
import type { IncomingRequest } from "./http-message.ts";
import type { JsonObject } from "./json.ts";
import { MatrixError } from "./matrix-error.ts";
import type { Model, ParseOptions } from "./model.ts";

/** Decodes an HTTP request. @throws {MatrixError} `M_INVALID_PARAM`, `M_MISSING_PARAM` or `M_BAD_JSON`, naming the field. */
export function decodeRequest(models: EndpointModels, request: IncomingRequest, options?: ParseOptions): JsonObject {
  const decoded: JsonObject = {};
  if (models.path) decoded["path"] = parameters("path variable", models.path, { ...request.params }, options);
  if (models.query) decoded["query"] = parameters("query parameter", models.query, readQuery(request.query), options);
  if (models.headers) decoded["headers"] = parameters("header", models.headers, { ...request.headers }, options);
  if (models.body) decoded["body"] = body(models.body, request.body, options);
  return decoded;
}

function body(model: Model<unknown>, value: unknown, options: ParseOptions | undefined): unknown {
  const result = model.safeParse(value === undefined && model.kind === "json" ? {} : value, options);
  if (result.ok) return result.value;
  throw new MatrixError(400, "M_BAD_JSON", formatIssues(result.issues));
}

function parameters(what: string, model: Model<unknown>, value: JsonObject, options: ParseOptions | undefined): unknown {
  const result = model.safeParse(value, options);
  if (result.ok) return result.value;
  const missing = result.issues.every((issue) => value[issue.pointer.slice(1)] === undefined);
  const named = result.issues.map((issue: Issue) => `${what} ${issue.pointer.slice(1)}: ${issue.message}`).join("; ");
  throw new MatrixError(400, missing ? "M_MISSING_PARAM" : "M_INVALID_PARAM", named);
}

function readQuery(query: URLSearchParams): JsonObject {
  const values: JsonObject = {};
  for (const name of new Set(query.keys())) {
    const all = query.getAll(name);
    Object.defineProperty(values, name, { value: all.length > 1 ? all : all[0], enumerable: true, configurable: true, writable: true });
  }
  return values;
}
