import { addAuthorization } from "./auth-scheme.ts";
import type { EndpointMetadata, EndpointModels } from "./endpoint-metadata.ts";
import { RequestError } from "../errors.ts";
import type { HttpRequest } from "../wire/http-message.ts";
import { selectPath, type SupportedVersions } from "./path-history.ts";

/** Where a request goes, and as whom. */
export interface RequestOptions {
  /** Scheme and host, with or without a final slash; the empty string gives a path only. */
  readonly baseUrl: string;
  readonly accessToken?: string | undefined;
  /** What the server supports; the newest stable path is used if unknown. */
  readonly supported?: SupportedVersions | undefined;
  /** The user that an application service acts as. */
  readonly userId?: string | undefined;
  /** The device that an application service acts as. */
  readonly deviceId?: string | undefined;
  /** The time that an application service gives an event, in milliseconds since the Unix epoch. */
  readonly ts?: number | undefined;
}

/** Encodes a typed request as HTTP. @throws {RequestError} If no path fits or a path variable is missing. */
export function encodeRequest(
  metadata: EndpointMetadata,
  models: EndpointModels,
  request: Readonly<Record<string, unknown>>,
  options: RequestOptions,
): HttpRequest {
  const { method } = metadata;
  const path = fillPath(selectPath(metadata.history, options.supported).path, request["path"] as Record<string, unknown> | undefined);
  const search = encodeQuery(request["query"] as Record<string, unknown> | undefined);
  if (options.userId !== undefined) search.append("user_id", options.userId);
  if (options.deviceId !== undefined) search.append("device_id", options.deviceId);
  if (options.ts !== undefined) search.append("ts", String(options.ts));
  const query = search.toString();
  const url = `${options.baseUrl.replace(/\/$/, "")}${path}${query && `?${query}`}`;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries((request["headers"] as Record<string, string | undefined> | undefined) ?? {}))
    if (value !== undefined) headers[name] = value;
  addAuthorization(metadata.auth, headers, options.accessToken);
  const body = request["body"];
  if (models.body?.kind === "bytes") {
    headers["content-type"] ??= "application/octet-stream";
    // fetch itself refuses bytes of shared memory.
    return { method, url, headers, body: body as Uint8Array<ArrayBuffer> };
  }
  // POST and PUT always carry a JSON object, which servers in the wild insist on.
  if (!models.body && (method === "GET" || method === "DELETE")) return { method, url, headers };
  headers["content-type"] = "application/json";
  return { method, url, headers, body: JSON.stringify(body ?? {}) };
}

function fillPath(template: string, variables: Readonly<Record<string, unknown>> | undefined): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = variables?.[name];
    if (typeof value !== "string") throw new RequestError("MISSING_PATH_VARIABLE", `path variable ${name} is missing`);
    // A segment of dots would be resolved away by URL parsers, even when percent-encoded.
    return value === "." || value === ".." ? value.replaceAll(".", "%252E") : encodeVariable(name, value);
  });
}

function encodeVariable(name: string, value: string): string {
  try {
    return encodeURIComponent(value);
  } catch (cause) {
    throw new RequestError("INVALID_PATH_VARIABLE", `path variable ${name} has half of a surrogate pair`, { cause });
  }
}

function encodeQuery(query: Readonly<Record<string, unknown>> | undefined): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    for (const item of Array.isArray(value) ? value : [value])
      if (item !== undefined) search.append(name, typeof item === "object" ? JSON.stringify(item) : String(item));
  return search;
}
