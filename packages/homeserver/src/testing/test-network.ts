import { FederationError, type HttpsRequest, type HttpsResponse } from "@patrix/federation";
import type { NetworkPorts } from "../federation/network.ts";

/** A request between two servers of a {@link TestNetwork}. */
export interface NetworkRequest {
  readonly from: string;
  readonly to: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: string | undefined;
}

/**
 * What becomes of a request: `lost` never arrives, `unanswered` arrives and its answer is lost, `twice` arrives again once it was answered;
 * nothing where it arrives.
 */
export type Fault = "lost" | "unanswered" | "twice" | PlayedAnswer | undefined;

/** An answer in the place of a server: bytes or pieces of them go out as they are, with their headers, everything else as JSON. */
export interface PlayedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a request in the place of a server. */
export type AnswerRequest = (request: NetworkRequest) => PlayedAnswer | Promise<PlayedAnswer>;

/**
 * Joins homeservers of one process: requests between them go over this machine's HTTP, by their names alone, and a test decides which of
 * them arrive.
 *
 * @example
 * const network = new TestNetwork();
 * await using a = await testHomeserver({ serverName: "a.example", network });
 * await using b = await testHomeserver({ serverName: "b.example", network });
 * network.fault = ({ to }) => (to === "b.example" ? "lost" : undefined);
 */
export class TestNetwork {
  /** Decides what becomes of each request; all arrive if left out. */
  fault: ((request: NetworkRequest) => Fault | Promise<Fault>) | undefined;
  /** Every request, in the order of sending. */
  readonly requests: NetworkRequest[] = [];
  readonly #urls = new Map<string, string>();
  readonly #answers = new Map<string, AnswerRequest>();

  /** Puts a server into the network. */
  add(serverName: string, url: string): void {
    this.#urls.set(serverName, url);
  }

  /** Puts a server into the network that a test plays by itself. */
  play(serverName: string, answer: AnswerRequest): void {
    this.#answers.set(serverName, answer);
  }

  /** Takes a server out: it is not found any more. */
  remove(serverName: string): void {
    this.#urls.delete(serverName);
    this.#answers.delete(serverName);
  }

  /** The network as one server sees it. */
  portsOf(serverName: string): NetworkPorts {
    return {
      dns: {
        lookup: (host) => Promise.resolve(this.#urls.has(host) || this.#answers.has(host) ? ["127.0.0.1"] : []),
        resolveSrv: () => Promise.resolve([]),
      },
      https: { send: (request) => this.#send(serverName, request) },
    };
  }

  async #send(from: string, { certificateName: to, method, target, headers, body, signal }: HttpsRequest): Promise<HttpsResponse> {
    const url = this.#urls.get(to);
    const text = typeof body === "string" ? body : undefined;
    const request = { from, to, method, target, body: text };
    this.requests.push(request);
    const fault = (await this.fault?.(request)) ?? (await this.#answers.get(to)?.(request));
    if (typeof fault !== "object" && (url === undefined || fault === "lost"))
      throw new FederationError("CONNECTION_FAILED", `${to} does not answer`);
    if (typeof fault === "object") return { status: fault.status, headers: fault.headers ?? {}, body: playedBody(fault.body) };
    const arrive = async (): Promise<{ readonly response: Response; readonly bytes: Uint8Array }> => {
      const response = await fetch(String(url) + target, {
        method,
        headers: { ...headers },
        signal,
        ...(body !== undefined && { body: body as BodyInit }),
      }).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw new FederationError("CONNECTION_FAILED", `${to} does not answer`, { cause });
      });
      return { response, bytes: new Uint8Array(await response.arrayBuffer()) };
    };
    if (fault === "twice") await arrive();
    const { response, bytes } = await arrive();
    if (fault === "unanswered") throw new FederationError("CONNECTION_LOST", "the answer was lost");
    return { status: response.status, headers: Object.fromEntries(response.headers), body: pieces(bytes) };
  }
}

function playedBody(body: unknown): AsyncIterable<Uint8Array> {
  if (body instanceof Uint8Array) return pieces(body);
  if (typeof body === "object" && body !== null && Symbol.asyncIterator in body) return body as AsyncIterable<Uint8Array>;
  return pieces(new TextEncoder().encode(JSON.stringify(body)));
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
