import type { AddressPolicy } from "@patrix/federation";
import { lookUpAllowed, requireAllowedHost } from "./allowed-addresses.ts";
import { OutboundError } from "./errors.ts";
import { requestFor } from "./request-for.ts";

/** The most bytes of an answer that are read, unless more are asked for. */
const MAX_ANSWER_BYTES = 65_536;

/** A request to somebody else. */
export interface OutboundRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Where a request goes, and under which conditions. */
export interface OutboundOptions {
  /** Which addresses may be connected to; a name is looked up once, and what was looked up is connected to. */
  readonly isAllowed: AddressPolicy;
  readonly signal: AbortSignal;
  /** The most bytes of the answer. Default: 64 KiB. */
  readonly maxAnswerBytes?: number | undefined;
}

/** An answer. */
export interface OutboundAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Sends a request to a server of somebody else. It follows no redirects. Messages of errors name the host, and nothing else of the URL.
 *
 * @throws {OutboundError}
 */
export async function sendRequest(
  { method, url, headers, body }: OutboundRequest,
  { isAllowed, signal, maxAnswerBytes = MAX_ANSWER_BYTES }: OutboundOptions,
): Promise<OutboundAnswer> {
  requireAllowedHost(url, isAllowed);
  const sized = body === undefined ? headers : { ...headers, "content-length": String(Buffer.byteLength(body)) };
  const request = requestFor(url);
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(error instanceof OutboundError ? error : new OutboundError("CONNECTION_FAILED", `${url.host} did not answer`, error));
    // Another request's connection could lead to where this one may not go.
    const agent = false;
    const outgoing = request(url, { method, headers: sized, signal, agent, lookup: lookUpAllowed(isAllowed) });
    outgoing.once("error", fail);
    outgoing.once("response", (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= maxAnswerBytes) chunks.push(chunk);
        else incoming.destroy(new OutboundError("ANSWER_TOO_LARGE", `${url.host} answered with more than ${maxAnswerBytes} bytes`));
      });
      incoming.once("error", fail);
      incoming.once("end", () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    outgoing.end(body);
  });
}
