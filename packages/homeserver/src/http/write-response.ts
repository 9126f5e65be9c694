import { createReadStream } from "node:fs";
import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { HttpResponse } from "@patrix/api";
import { corsHeaders } from "./cors.ts";
import type { StreamedFile, StreamedReply } from "./handler.ts";

const jsonHeaders: readonly string[] = [...corsHeaders, "content-type", "application/json", "content-length"];

/** Writes encoded JSON with status 200, head and body at once. */
export function writeJson(response: ServerResponse, json: string): void {
  response.writeHead(200, [...jsonHeaders, String(Buffer.byteLength(json))]);
  response.end(json);
}

/** Writes an answer, head and body at once. */
export function writeResponse(
  response: ServerResponse,
  { status, headers, body }: HttpResponse,
  extraHeaders: Readonly<Record<string, string>> = {},
): void {
  const head = [...corsHeaders, "content-length", String(Buffer.byteLength(body))];
  for (const [name, value] of Object.entries({ ...headers, ...extraHeaders })) head.push(name, value);
  response.writeHead(status, head);
  response.end(body);
}

/** Writes a file of the disk. A file that cannot be read to its end breaks the connection: the head is out by then. */
export async function writeFile(response: ServerResponse, file: StreamedFile, headOnly: boolean): Promise<void> {
  const head = [...corsHeaders, "content-length", String(file.sizeBytes)];
  for (const [name, value] of Object.entries(file.headers)) head.push(name, value);
  response.writeHead(200, head);
  if (headOnly) response.end();
  else await pipeline(createReadStream(file.path), response).catch(() => response.destroy());
}

/** Writes an answer as it comes. A stream that fails breaks the connection: the head is out by then. */
export async function writeStream(response: ServerResponse, { open, headers }: StreamedReply, headOnly: boolean): Promise<void> {
  response.writeHead(200, [...corsHeaders, ...Object.entries(headers).flat()]);
  if (headOnly) response.end();
  else await pipeline(open(), response).catch(() => response.destroy());
}
