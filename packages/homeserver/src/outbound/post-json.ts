import { lookup as lookUp, type LookupAddress } from "node:dns";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { LookupFunction } from "node:net";
import { type AddressPolicy, isIpAddress } from "@patrix/federation";
import { OutboundError } from "./errors.ts";

/** The most bytes of an answer that are read. */
const MAX_ANSWER_BYTES = 65_536;

/** Where a request goes, and under which conditions. */
export interface OutboundOptions {
  /** Which addresses may be connected to; a name is looked up once, and what was looked up is connected to. */
  readonly isAllowed: AddressPolicy;
  readonly signal: AbortSignal;
}

/** An answer. */
export interface OutboundAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * Posts JSON to a server of somebody else. It follows no redirects.
 *
 * @throws {OutboundError}
 */
export async function postJson(url: URL, json: string, { isAllowed, signal }: OutboundOptions): Promise<OutboundAnswer> {
  const host = url.hostname.replaceAll(/^\[|\]$/g, "");
  if (isIpAddress(host) && !isAllowed(host)) throw notAllowed(host);
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(json) };
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void =>
      reject(error instanceof OutboundError ? error : new OutboundError("CONNECTION_FAILED", `${url.host} did not answer`, error));
    // Another request's connection could lead to where this one may not go.
    const agent = false;
    const outgoing = request(url, { method: "POST", headers, signal, agent, lookup: lookUpAllowed(isAllowed) });
    outgoing.once("error", fail);
    outgoing.once("response", (incoming) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      incoming.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= MAX_ANSWER_BYTES) chunks.push(chunk);
        else incoming.destroy(new OutboundError("ANSWER_TOO_LARGE", `${url.host} answered with more than ${MAX_ANSWER_BYTES} bytes`));
      });
      incoming.once("error", fail);
      incoming.once("end", () => resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
    });
    outgoing.end(json);
  });
}

/** Looks names up as every other program does, and leaves out what may not be connected to. */
function lookUpAllowed(isAllowed: AddressPolicy): LookupFunction {
  return (host, options, done) => {
    lookUp(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, "");
      const allowed: LookupAddress[] = addresses.filter(({ address }) => isAllowed(address));
      const [first] = allowed;
      if (!first) return done(notAllowed(host), "");
      if (options.all) done(null, allowed);
      else done(null, first.address, first.family);
    });
  };
}

function notAllowed(host: string): OutboundError {
  return new OutboundError("ADDRESS_NOT_ALLOWED", `${host} is no address that this server connects to`);
}
