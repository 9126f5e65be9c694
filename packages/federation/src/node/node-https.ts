import type { IncomingMessage } from "node:http";
import type { Agent, RequestOptions } from "node:https";
import { isIP } from "node:net";
import { FederationError } from "../errors.ts";
import type { HttpsConnector, HttpsRequest, HttpsResponse } from "../ports/https.ts";

/** Options of {@link NodeHttpsConnector}. */
export interface NodeHttpsOptions {
  /** Certificates of authorities that are trusted besides the usual ones, in PEM. */
  readonly extraCa?: readonly string[] | undefined;
  /** How long a connection may take, TLS included, in milliseconds. Default: 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Largest response headers, in bytes. Default: 16 KiB. */
  readonly maxHeaderSizeBytes?: number | undefined;
  /** How long an unused connection is kept, in milliseconds. Default: 30,000. */
  readonly idleTimeoutMs?: number | undefined;
}

const MAX_IDLE_CONNECTIONS = 256;

/**
 * Connects with `node:https` to a given address, checking the certificate against a given name. Connections are kept and used again.
 * TLS is loaded with the first connection: a server that meets no other starts without it.
 */
export class NodeHttpsConnector implements HttpsConnector, AsyncDisposable {
  readonly #makeAgent: () => Agent;
  #agent: Agent | undefined;
  readonly #connectTimeoutMs: number;
  readonly #maxHeaderSizeBytes: number;

  constructor({ extraCa = [], connectTimeoutMs = 10_000, maxHeaderSizeBytes = 16 * 1024, idleTimeoutMs = 30_000 }: NodeHttpsOptions = {}) {
    this.#makeAgent = () => newAgent(extraCa, idleTimeoutMs);
    // Authorities that cannot be read are told of at once.
    if (extraCa.length > 0) this.#agent = this.#makeAgent();
    this.#connectTimeoutMs = connectTimeoutMs;
    this.#maxHeaderSizeBytes = maxHeaderSizeBytes;
  }

  send(options: HttpsRequest): Promise<HttpsResponse> {
    const { address, port, certificateName, hostHeader, method, target, headers, body, signal } = options;
    const agent = (this.#agent ??= this.#makeAgent());
    return new Promise((resolve, reject) => {
      let isConnected = false;
      const outgoing = process.getBuiltinModule("node:https").request({
        agent,
        host: address,
        port,
        method,
        path: target,
        headers: { ...headers, host: hostHeader, ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }) },
        ...identity(certificateName, address),
        maxHeaderSize: this.#maxHeaderSizeBytes,
        signal,
      });
      const timer = setTimeout(
        () => outgoing.destroy(new FederationError("CONNECTION_FAILED", `no connection after ${this.#connectTimeoutMs} ms`)),
        this.#connectTimeoutMs,
      );
      const onConnect = (): void => {
        isConnected = true;
        clearTimeout(timer);
      };
      outgoing.once("socket", (socket) => {
        if (outgoing.reusedSocket) onConnect();
        else socket.once("secureConnect", onConnect);
      });
      outgoing.once("error", (error) => {
        clearTimeout(timer);
        reject(signal.aborted ? signal.reason : toFederationError(error, isConnected));
      });
      outgoing.once("response", (incoming) => {
        clearTimeout(timer);
        resolve(toResponse(incoming, signal));
      });
      outgoing.end(body);
    });
  }

  /** Closes the connections that are kept. */
  [Symbol.asyncDispose](): Promise<void> {
    this.#agent?.destroy();
    return Promise.resolve();
  }
}

/** How the certificate is checked: against the TLS server name, or against the address where the name is that address. */
function identity(certificateName: string, address: string): Pick<RequestOptions, "servername" | "checkServerIdentity"> {
  if (isIP(certificateName) === 0) return { servername: certificateName };
  // Addresses are no TLS server names.
  if (certificateName === address) return { servername: "" };
  // Node uses no connection again that was checked by a function of one's own, so this is left to the rare case.
  const { checkServerIdentity } = process.getBuiltinModule("node:tls");
  return { servername: "", checkServerIdentity: (_, certificate) => checkServerIdentity(certificateName, certificate) };
}

function newAgent(extraCa: readonly string[], idleTimeoutMs: number): Agent {
  const { createSecureContext, rootCertificates } = process.getBuiltinModule("node:tls");
  // One context for all connections; a list of authorities would become part of the name of each one in the pool.
  const secureContext = createSecureContext({
    minVersion: "TLSv1.2",
    ...(extraCa.length > 0 && { ca: [...rootCertificates, ...extraCa] }),
  });
  const { Agent } = process.getBuiltinModule("node:https");
  return new Agent({ keepAlive: true, maxFreeSockets: MAX_IDLE_CONNECTIONS, timeout: idleTimeoutMs, secureContext });
}

function toResponse(incoming: IncomingMessage, signal: AbortSignal): HttpsResponse {
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(incoming.headers)) headers[name] = Array.isArray(value) ? value[0] : value;
  return { status: incoming.statusCode ?? 0, headers, body: toBody(incoming, signal) };
}

function toBody(incoming: IncomingMessage, signal: AbortSignal): AsyncIterable<Uint8Array> {
  return {
    [Symbol.asyncIterator]: () => {
      const chunks = readChunks(incoming, signal);
      return {
        next: () => chunks.next(),
        // A generator that was never begun would not get to its `finally`.
        return: () => {
          incoming.destroy();
          return chunks.return(undefined);
        },
      };
    },
  };
}

async function* readChunks(incoming: IncomingMessage, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    // The stream is read without an encoding, so its pieces are bytes.
    for await (const chunk of incoming as AsyncIterable<Uint8Array>) yield chunk;
  } catch (cause) {
    signal.throwIfAborted();
    throw new FederationError("CONNECTION_LOST", "the connection broke before the end of the response", { cause });
  } finally {
    // A connection whose response was read to its end is used again.
    if (!incoming.readableEnded) incoming.destroy();
  }
}

/** By far most certificate errors are named by one of these. */
const CERTIFICATE_ERROR = /^(?:ERR_TLS_CERT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

function toFederationError(error: Error, isConnected: boolean): FederationError {
  if (error instanceof FederationError) return error;
  const code = "code" in error ? String(error.code) : "";
  if (CERTIFICATE_ERROR.test(code))
    return new FederationError("CERTIFICATE_NOT_VALID", `the certificate is refused: ${code}`, { cause: error });
  if (code === "HPE_HEADER_OVERFLOW")
    return new FederationError("RESPONSE_TOO_LARGE", "the response headers are too large", { cause: error });
  if (code.startsWith("HPE_")) return new FederationError("MALFORMED_RESPONSE", "the response is not HTTP", { cause: error });
  return isConnected
    ? new FederationError("CONNECTION_LOST", "the connection broke before the response", { cause: error })
    : new FederationError("CONNECTION_FAILED", `no connection could be made${code === "" ? "" : `: ${code}`}`, { cause: error });
}
