import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { AnyBody } from "../../src/testing/index.ts";
import { listAt } from "./dig.ts";

/** A request that an application service got. */
export interface ServiceRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly body: AnyBody;
}

/** How it answers: a status with a body, text as it is, or not at all. */
export type ServiceAnswer = { readonly status: number; readonly body?: unknown; readonly text?: string } | "hang" | "break";

/** An application service that remembers what it was asked, and answers as a test wants. */
export class FakeService implements AsyncDisposable {
  readonly requests: ServiceRequest[] = [];
  /** Decides about each answer; by default all is well, and nothing is known. */
  answer: (request: ServiceRequest) => ServiceAnswer | Promise<ServiceAnswer> = usualAnswer;
  readonly #server: Server;
  #waiting: (() => void)[] = [];

  private constructor() {
    this.#server = createServer((incoming, response) => {
      void this.#handle(incoming, response);
    });
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await read(incoming);
    this.requests.push(request);
    const answer = await this.answer(request);
    for (const wake of this.#waiting.splice(0)) wake();
    if (answer === "break") incoming.socket.destroy();
    else if (answer !== "hang")
      response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.text ?? JSON.stringify(answer.body ?? {}));
  }

  /** Starts on a port of this machine, a free one if left out. */
  static async start(port = 0): Promise<FakeService> {
    const service = new FakeService();
    await new Promise<void>((resolve) => service.#server.listen(port, "127.0.0.1", resolve));
    return service;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The transactions, as they came. */
  get transactions(): readonly { readonly id: string; readonly body: AnyBody }[] {
    return this.requests.flatMap(({ path, body }) =>
      path.startsWith("/_matrix/app/v1/transactions/") ? { id: path.split("/").at(-1) ?? "", body } : [],
    );
  }

  /** The events of the transactions, each transaction once. */
  get events(): readonly AnyBody[] {
    const byId = new Map(this.transactions.map(({ id, body }) => [id, body]));
    return [...byId.values()].flatMap((body) => listAt(body, "events"));
  }

  /** Waits until something holds; it is looked at after each request. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** What a service answers that knows nobody and nothing. */
export function usualAnswer({ path }: ServiceRequest): ServiceAnswer {
  return /\/(users|rooms|thirdparty)\//.test(path) ? { status: 404, body: { errcode: "M_NOT_FOUND" } } : { status: 200 };
}

async function read(incoming: IncomingMessage): Promise<ServiceRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const { pathname, searchParams: query } = new URL(incoming.url ?? "/", "http://service");
  const { authorization } = incoming.headers;
  return {
    method: incoming.method ?? "",
    path: decodeURIComponent(pathname),
    query,
    authorization,
    body: (text === "" ? {} : JSON.parse(text)) as AnyBody,
  };
}
