import { once } from "node:events";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { type HandledEndpoint, serve, type ServeOptions } from "../src/index.ts";
import { nodeListener } from "../src/node/index.ts";

/** A request as a client sends it. */
export interface Call {
  readonly method?: string;
  /** Path and query, sent as they are. */
  readonly uri: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes at once, or chunks as they come. */
  readonly body?: string | Uint8Array<ArrayBuffer> | AsyncIterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/** An answer as the client gets it. */
export interface Received {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The body as JSON; `undefined` if it is none. */
  readonly json: unknown;
}

/** A server under test. Rejects if the connection breaks before the answer is whole. */
export interface Served extends AsyncDisposable {
  call(call: Call): Promise<Received>;
}

/** Serves handlers by one of the adapters. */
export interface Driver {
  readonly name: string;
  serve<User>(handled: readonly HandledEndpoint<User>[], options?: ServeOptions<User>): Promise<Served>;
}

const fetchDriver: Driver = {
  name: "serve",
  serve: async (handled, options) => {
    const handler = serve(handled, options);
    return {
      call: async ({ method = "GET", uri, headers = {}, body, signal }) => {
        const init = {
          method,
          headers: { ...lengthOf(body), ...headers },
          ...(body !== undefined && { body, duplex: "half" }),
          ...(signal && { signal }),
        };
        const response = await handler(new Request(`http://test${uri}`, init as RequestInit), { clientAddress: "127.0.0.1" });
        return received(response.status, Object.fromEntries(response.headers), await response.text());
      },
      [Symbol.asyncDispose]: async () => {},
    };
  },
};

const nodeDriver: Driver = {
  name: "nodeListener",
  serve: async (handled, options) => {
    const server = createServer(nodeListener(handled, options));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    return {
      call: (call) => send(port, call),
      [Symbol.asyncDispose]: async () => {
        server.close();
        server.closeAllConnections();
      },
    };
  },
};

/** Both adapters. */
export const drivers: readonly Driver[] = [fetchDriver, nodeDriver];

function send(port: number, { method = "GET", uri, headers = {}, body, signal }: Call): Promise<Received> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: "127.0.0.1", port, method, path: uri, headers: { ...lengthOf(body), ...headers }, agent: false, ...(signal && { signal }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve(received(response.statusCode ?? 0, response.headers as Record<string, string>, Buffer.concat(chunks).toString())),
        );
      },
    );
    request.on("error", reject);
    if (body === undefined || typeof body === "string" || body instanceof Uint8Array) request.end(body);
    else void pump(body, request).catch(() => {});
  });
}

async function pump(body: AsyncIterable<Uint8Array>, request: ReturnType<typeof httpRequest>): Promise<void> {
  for await (const chunk of body) if (!request.write(chunk)) await once(request, "drain");
  request.end();
}

function received(status: number, headers: Readonly<Record<string, string>>, text: string): Received {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status, headers, text, json };
}

/** Without a length, Node's client sends what follows the head of a DELETE as if it were another request. */
function lengthOf(body: Call["body"]): Record<string, string> {
  return typeof body === "string" || body instanceof Uint8Array ? { "content-length": String(Buffer.byteLength(body)) } : {};
}
