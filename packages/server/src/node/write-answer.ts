import type { ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { HttpResponse } from "@patrix/api";
import type { Answer } from "../exchange.ts";
import { StreamedReply } from "../reply.ts";
import { safeHeaders } from "../safe-headers.ts";

/** Writes an answer; `common` are headers that every answer carries, names and values in turn. Never rejects. */
export function writeAnswer(response: ServerResponse, answer: Answer, common: readonly string[]): void {
  if (answer instanceof StreamedReply) void writeStream(response, answer, common);
  else writeWhole(response, answer, common);
}

/** Writes head and body at once. */
function writeWhole(response: ServerResponse, { status, headers, body }: HttpResponse, common: readonly string[]): void {
  const head = [...common];
  for (const name in headers) head.push(name, headers[name] ?? "");
  addSafeHeaders(head, headers);
  if (status !== 204) head.push("content-length", String(Buffer.byteLength(body)));
  response.writeHead(status, head);
  response.end(body);
}

/** Adds the headers that every answer carries unless it sets them itself. */
function addSafeHeaders(fields: string[], own: Readonly<Record<string, string>>): void {
  for (const name in safeHeaders) if (!(name in own)) fields.push(name, safeHeaders[name] ?? "");
}

async function writeStream(response: ServerResponse, { head, open }: StreamedReply, common: readonly string[]): Promise<void> {
  const fields = [...common];
  if (head.sizeBytes !== undefined) fields.push("content-length", String(head.sizeBytes));
  for (const [name, value] of Object.entries(head.headers ?? {})) fields.push(name, value);
  addSafeHeaders(fields, head.headers ?? {});
  const status = head.status ?? 200;
  response.writeHead(status, fields);
  if (response.req.method === "HEAD" || status === 304) {
    response.end();
    return;
  }
  // A failure has destroyed the response: the head is out, and only the end of the connection can tell that something is missing.
  await pipeline(open(), response).catch(() => {});
}
