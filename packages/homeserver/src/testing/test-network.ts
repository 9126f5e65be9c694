import { type ProgramClock, programClock } from "@patrix/concurrency";
import { FederationError, type HttpsRequest, type HttpsResponse } from "@patrix/federation";
import type { SigningKey } from "@patrix/signatures";
import { seededRandom } from "@patrix/state-res/testing";
import type { NetworkPorts } from "../federation/network.ts";
import type { NetworkRequest } from "./network-request.ts";
import { answeredBy, type Lies, saidBy } from "./lies.ts";

/**
 * What becomes of a request: `lost` never arrives, `unanswered` arrives and its answer is lost, `twice` arrives again once it was answered,
 * `astray` is taken for lost by its sender and arrives after some milliseconds, behind what was sent meanwhile; nothing where it arrives.
 */
export type Fault = "lost" | "unanswered" | "twice" | { readonly astrayMs: number } | PlayedAnswer | undefined;

/** An answer in the place of a server: bytes or pieces of them go out as they are, with their headers, everything else as JSON. */
export interface PlayedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a request in the place of a server. */
export type AnswerRequest = (request: NetworkRequest) => PlayedAnswer | Promise<PlayedAnswer>;

/** How a server is in a {@link TestNetwork}. */
export interface NetworkPlace {
  /** What its paths come behind. */
  readonly url: string;
  /** Sends a request to it. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** By what it signs, for what it is to say instead of the truth. */
  readonly signingKey?: SigningKey | undefined;
}

/**
 * Joins homeservers of one process: requests between them go by their names alone, and a test decides which of them arrive, when, and what is
 * in them. Servers on a `TestClock` are reached within the process, others over this machine's HTTP.
 *
 * @example
 * const network = new TestNetwork();
 * await using a = await testHomeserver({ serverName: "a.example", network });
 * await using b = await testHomeserver({ serverName: "b.example", network });
 * network.fault = ({ to }) => (to === "b.example" ? "lost" : undefined);
 */
export class TestNetwork {
  /** By what delays go. */
  readonly clock: ProgramClock;
  /** Decides what becomes of each request; all arrive if left out. */
  fault: ((request: NetworkRequest) => Fault | Promise<Fault>) | undefined;
  /** What servers say instead of the truth, by server name. */
  readonly lies: Map<string, Lies> = new Map();
  /** Every request, in the order of sending. */
  readonly requests: NetworkRequest[] = [];
  readonly #random = seededRandom(1);
  readonly #places = new Map<string, NetworkPlace>();
  readonly #answers = new Map<string, AnswerRequest>();

  /** @param clock - That of the servers. Default: the machine's. */
  constructor({ clock = programClock() }: { readonly clock?: ProgramClock } = {}) {
    this.clock = clock;
  }

  /** Puts a server into the network: by its URL, or with more. */
  add(serverName: string, place: string | NetworkPlace): void {
    this.#places.set(serverName, typeof place === "string" ? { url: place } : place);
  }

  /** Puts a server into the network that a test plays by itself. */
  play(serverName: string, answer: AnswerRequest): void {
    this.#answers.set(serverName, answer);
  }

  /** Takes a server out: it is not found any more. */
  remove(serverName: string): void {
    this.#places.delete(serverName);
    this.#answers.delete(serverName);
  }

  /** The network as one server sees it. */
  portsOf(serverName: string): NetworkPorts {
    return {
      dns: {
        lookup: (host) => Promise.resolve(this.#places.has(host) || this.#answers.has(host) ? ["127.0.0.1"] : []),
        resolveSrv: () => Promise.resolve([]),
      },
      https: { send: (request) => this.#send(serverName, request) },
      random: () => this.#random.next(),
    };
  }

  async #send(from: string, sent: HttpsRequest): Promise<HttpsResponse> {
    const { certificateName: to, method, target, body, signal } = sent;
    const request = { from, to, method, target, body: typeof body === "string" ? body : undefined };
    this.requests.push(request);
    const fault = (await this.fault?.(request)) ?? (await this.#answers.get(to)?.(request));
    const noAnswer = (cause?: unknown): FederationError => new FederationError("CONNECTION_FAILED", `${to} does not answer`, { cause });
    if (typeof fault === "object" && "status" in fault)
      return { status: fault.status, headers: fault.headers ?? {}, body: playedBody(fault.body) };
    const place = this.#places.get(to);
    if (!place || fault === "lost") throw noAnswer();
    if (typeof fault === "object") {
      // Nobody waits for what comes of it any more.
      this.clock.after(fault.astrayMs, () => void this.#arrive(place, request, { ...sent, signal: undefined }).catch(() => {}));
      throw noAnswer();
    }
    const arrive = (): Promise<Arrived> =>
      this.#arrive(place, request, sent).catch((cause: unknown) => {
        signal.throwIfAborted();
        throw noAnswer(cause);
      });
    if (fault === "twice") await arrive();
    const { response, bytes } = await arrive();
    if (fault === "unanswered") throw new FederationError("CONNECTION_LOST", "the answer was lost");
    return { status: response.status, headers: Object.fromEntries(response.headers), body: pieces(bytes) };
  }

  /** Lets a request arrive, as its sender says it. */
  async #arrive(place: NetworkPlace, request: NetworkRequest, sent: ArrivingRequest): Promise<Arrived> {
    const { fetch: reach = fetch, url } = place;
    const { method, target, headers, body, signal } = sent;
    const said = saidBy(this.lies.get(request.from), request, this.#places.get(request.from)?.signingKey);
    const response = await reach(url + target, {
      method,
      headers: { ...headers, ...(said && { authorization: said.authorization }) },
      signal: signal ?? null,
      ...(body !== undefined && { body: said?.body ?? (body as BodyInit) }),
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    return { response, bytes: answeredBy(this.lies.get(request.to), request, bytes) };
  }
}

type ArrivingRequest = Pick<HttpsRequest, "method" | "target" | "headers" | "body"> & { readonly signal: AbortSignal | undefined };

interface Arrived {
  readonly response: Response;
  readonly bytes: Uint8Array;
}

function playedBody(body: unknown): AsyncIterable<Uint8Array> {
  if (body instanceof Uint8Array) return pieces(body);
  if (typeof body === "object" && body !== null && Symbol.asyncIterator in body) return body as AsyncIterable<Uint8Array>;
  return pieces(new TextEncoder().encode(JSON.stringify(body)));
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
