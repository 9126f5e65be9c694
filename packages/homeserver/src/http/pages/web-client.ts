import { createReadStream } from "node:fs";
import { type EmptyObject, type Endpoint, endpoint, fileResponse, type Model, redirectResponse } from "@patrix/api";
import { handle } from "@patrix/server";
import type { Registration } from "../registration.ts";
import { streamedFile } from "../transport/streamed-file.ts";

/** One form of a file, plain or compressed. */
export interface FileForm {
  readonly path: string;
  readonly sizeBytes: number;
  /** The value of `content-encoding`; none if it is plain. */
  readonly encoding: string | undefined;
}

/** A file of a web client. */
export interface WebClientFile {
  /** From the folder on, with slashes. */
  readonly name: string;
  readonly etag: string;
  /** Smallest first; the last one is plain. */
  readonly forms: readonly FileForm[];
}

/** The files of a web client, as they were when the server started. */
export type WebClient = readonly WebClientFile[];

const types: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  ico: "image/x-icon",
  js: "text/javascript; charset=utf-8",
  json: "application/json",
  map: "application/json",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2",
};

/** Names that bundlers give by content, such as `main-B3x9_qLk.js`. */
const named = /-[\w-]{8}\.\w+$/;

/** Serves a web client at `/web/`, with a policy that lets it run nothing but what came with it. */
export function webClientHandlers(client: WebClient | undefined, baseUrl: () => string): Registration[] {
  if (!client) return [];
  const index = handle(webClientEndpoint("webClientPage", "/web", redirectResponse), () => ({ location: "web/" }));
  return [index, ...client.flatMap((file) => pathsOf(file).map((path) => fileHandler(path, file, baseUrl)))];
}

function pathsOf({ name }: WebClientFile): string[] {
  return name === "index.html" ? ["/web/", "/web/index.html"] : [`/web/${name}`];
}

function webClientEndpoint<Response>(id: string, path: string, response: Model<Response>): Endpoint<EmptyObject, Response> {
  return endpoint({ id, method: "GET", auth: "none", rateLimited: false, history: { unstable: [{ path }] }, response });
}

function fileHandler(path: string, file: WebClientFile, baseUrl: () => string): Registration {
  const { name, forms, etag } = file;
  return handle(webClientEndpoint("webClientFile", path, fileResponse), (_, context) => {
    const accepted = (context.headers["accept-encoding"] ?? "").split(",").map((part) => part.split(";", 1)[0]?.trim());
    const form = forms.find(({ encoding }) => encoding === undefined || accepted.includes(encoding)) ?? forms[forms.length - 1];
    if (!form) throw new Error(`${name} has no form`);
    const headers: Record<string, string> = {
      "content-type": types[name.split(".").at(-1) ?? ""] ?? "application/octet-stream",
      "cache-control": named.test(name) ? "public, max-age=31536000, immutable" : "no-cache",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "content-security-policy": policy(baseUrl()),
      vary: "accept-encoding",
      ...(form.encoding !== undefined && { "content-encoding": form.encoding }),
    };
    const read = (range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array> =>
      createReadStream(form.path, range);
    return streamedFile({ sizeBytes: form.sizeBytes, etag: `"${etag}${form.encoding ?? ""}"`, headers, read }, context);
  });
}

/** Scripts, styles and fonts of the client itself; what people send is shown from memory only. */
function policy(baseUrl: string): string {
  return [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' blob: data:",
    "media-src blob:",
    `connect-src 'self' ${new URL(baseUrl).origin}`,
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
