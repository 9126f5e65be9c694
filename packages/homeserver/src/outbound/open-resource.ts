import type { IncomingMessage } from "node:http";
import type { AddressPolicy } from "@patrix/federation";
import { type HostLookUp, inDns, lookUpAllowed, requireAllowedHost } from "./allowed-addresses.ts";
import { OutboundError } from "./errors.ts";
import { requestFor } from "./request-for.ts";

/** The most redirects that are followed. */
const MAX_REDIRECTS = 5;
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** How a resource of somebody else is asked for. */
export interface ResourceOptions {
  /** Which addresses may be connected to: asked at every look-up, for every redirect anew. */
  readonly isAllowed: AddressPolicy;
  /** Which URLs may be asked for: asked for the first and for that of every redirect. */
  readonly isUrlAllowed: (url: URL) => boolean;
  /** Default: in DNS alone. */
  readonly lookUp?: HostLookUp | undefined;
  /** Sent with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Ends everything, the reading of the content too. */
  readonly signal: AbortSignal;
}

/** A resource whose content has not been read. */
export interface OpenedResource extends Disposable {
  /** Where it was found after redirects. */
  readonly url: URL;
  /** As the server announced it. */
  readonly contentType: string | undefined;
  /**
   * Reads the content, in pieces.
   *
   * @throws {OutboundError} `ANSWER_TOO_LARGE` once there are more than `maxBytes`, or the server announces as much;
   * `CONNECTION_FAILED`.
   */
  read(maxBytes: number): AsyncIterable<Buffer>;
}

/**
 * Asks for a resource and follows redirects, though none that gives up encryption. Each request has a connection of its own, no cookies and no
 * credentials, and takes no compressed content, so that what comes in is as large as it seems.
 *
 * @throws {OutboundError}
 */
export async function openResource(first: URL, options: ResourceOptions): Promise<OpenedResource> {
  let url = first;
  for (let followed = 0; ; followed++) {
    if (!options.isUrlAllowed(url)) throw new OutboundError("URL_NOT_ALLOWED", `${url.host} is not asked`);
    requireAllowedHost(url, options.isAllowed);
    const incoming = await ask(url, options);
    const { statusCode: status = 0, headers } = incoming;
    try {
      if (!redirects.has(status) || headers.location === undefined) return accept(url, incoming);
      if (followed === MAX_REDIRECTS) throw new OutboundError("ANSWER_REFUSED", `there are more than ${MAX_REDIRECTS} redirects`);
    } catch (error) {
      incoming.destroy();
      throw error;
    }
    incoming.destroy();
    url = redirected(url, headers.location);
  }
}

function redirected(from: URL, location: string): URL {
  const to = URL.parse(location, from);
  if (!to) throw new OutboundError("ANSWER_REFUSED", `${from.host} redirects to what is no URL`);
  if (from.protocol === "https:" && to.protocol !== "https:")
    throw new OutboundError("URL_NOT_ALLOWED", `${from.host} redirects to an address without encryption`);
  return to;
}

function ask(url: URL, { headers, isAllowed, signal, lookUp = inDns }: ResourceOptions): Promise<IncomingMessage> {
  const request = requestFor(url);
  return new Promise((resolve, reject) => {
    // Another request's connection could lead to where this one may not go.
    const agent = false;
    const all = { "accept-encoding": "identity", ...headers };
    const outgoing = request(url, { headers: all, signal, agent, lookup: lookUpAllowed(isAllowed, lookUp) });
    outgoing.once("error", (error) => reject(error instanceof OutboundError ? error : failed(url, error)));
    outgoing.once("response", resolve);
    outgoing.end();
  });
}

function accept(url: URL, incoming: IncomingMessage): OpenedResource {
  const { statusCode, headers } = incoming;
  if (statusCode !== 200) throw new OutboundError("ANSWER_REFUSED", `${url.host} answered with the status ${statusCode ?? 0}`);
  if (!/^(identity)?$/i.test(headers["content-encoding"]?.trim() ?? ""))
    throw new OutboundError("ANSWER_REFUSED", `${url.host} answered with compressed content, which was not asked for`);
  return {
    url,
    contentType: headers["content-type"],
    read: (maxBytes) => read(url, incoming, maxBytes),
    [Symbol.dispose]() {
      // What ends the connection from now on concerns nobody.
      incoming.on("error", () => {});
      incoming.destroy();
    },
  };
}

async function* read(url: URL, incoming: IncomingMessage, maxBytes: number): AsyncGenerator<Buffer> {
  const tooLarge = (): OutboundError => new OutboundError("ANSWER_TOO_LARGE", `${url.host} answered with more than ${maxBytes} bytes`);
  if (Number(incoming.headers["content-length"] ?? 0) > maxBytes) throw tooLarge();
  let bytes = 0;
  try {
    const chunks: AsyncIterable<Buffer> = incoming;
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge();
      yield chunk;
    }
  } catch (error) {
    throw error instanceof OutboundError ? error : failed(url, error);
  }
}

function failed({ host }: URL, cause: unknown): OutboundError {
  return new OutboundError("CONNECTION_FAILED", `${host} did not answer`, cause);
}
