import { isUtf8 } from "node:buffer";
import type { IncomingMessage, ServerResponse } from "node:http";
import { type AnyEndpoint, MatrixError } from "@patrix/api";
import type { Exchange } from "../exchange.ts";
import { readWhole } from "./read-whole.ts";
import type { WaitingRequests } from "./waiting-requests.ts";

/** What the requests of a listener have in common. */
export interface NodeExchangeSettings {
  readonly clientAddress: (incoming: IncomingMessage) => string;
  readonly bodyTimeoutMs: number;
  readonly waiting: WaitingRequests;
}

/** A request on the HTTP server of Node. */
export class NodeExchange implements Exchange {
  readonly #incoming: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #settings: NodeExchangeSettings;
  /** Which endpoint the request led to, once it is answered. */
  endpoint: AnyEndpoint | undefined;
  #signal: AbortSignal | undefined;
  #clientAddress: string | undefined;

  constructor(incoming: IncomingMessage, response: ServerResponse, settings: NodeExchangeSettings) {
    this.#incoming = incoming;
    this.#response = response;
    this.#settings = settings;
  }

  get method(): string {
    return this.#incoming.method ?? "GET";
  }

  get uri(): string {
    return this.#incoming.url ?? "/";
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    // Node joins repeated headers to one text, all but `set-cookie`, which no request has.
    return this.#incoming.headers as Readonly<Record<string, string | undefined>>;
  }

  get clientAddress(): string {
    return (this.#clientAddress ??= this.#settings.clientAddress(this.#incoming));
  }

  get signal(): AbortSignal {
    return (this.#signal ??= this.#settings.waiting.add(this.#response));
  }

  routed(endpoint: AnyEndpoint): void {
    this.endpoint = endpoint;
  }

  decodeUtf8(bytes: Uint8Array): string | undefined {
    if (!isUtf8(bytes)) return undefined;
    const buffer = bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return buffer.toString("utf8");
  }

  readBytes(maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    return readWhole(this.#incoming, maxBytes, this.#settings.bodyTimeoutMs);
  }

  async *stream(): AsyncGenerator<Uint8Array> {
    const chunks: AsyncIterable<Uint8Array> = this.#incoming.iterator({ destroyOnReturn: false });
    try {
      // Leaving the loop early must not break the connection: the answer still has to go out.
      yield* chunks;
    } catch {
      throw new MatrixError(400, "M_UNKNOWN", "the connection ended within the body");
    }
  }
}
