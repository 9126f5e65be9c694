import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** One request that went through a {@link LoggingProxy}, and how it was answered. */
export interface ProxiedRequest {
  readonly method: string;
  /** The path with `{}` in the place of identifiers. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly status: number;
  readonly errcode: string | undefined;
}

/** A proxy on this machine that remembers what went through it. */
export interface LoggingProxy extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ProxiedRequest[];
  /** How often each path was answered with each status, as `200 GET /path`, the most frequent first. */
  tally(): [line: string, count: number][];
  /** The paths that the server does not have, as `GET /path`. */
  unserved(): string[];
}

/** Starts a proxy in front of a server, which may move. */
export async function startLoggingProxy(target: string | (() => string)): Promise<LoggingProxy> {
  const requests: ProxiedRequest[] = [];
  const current = typeof target === "string" ? () => target : target;
  const server = createServer((incoming, response) => forward(current(), incoming, response, (request) => requests.push(request)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    tally() {
      const counts = new Map<string, number>();
      for (const { method, path, status } of requests) {
        const line = `${status} ${method} ${path}`;
        counts.set(line, (counts.get(line) ?? 0) + 1);
      }
      return [...counts].toSorted(([, a], [, b]) => b - a);
    },
    unserved: () => [
      ...new Set(requests.filter(({ errcode }) => errcode === "M_UNRECOGNIZED").map(({ method, path }) => `${method} ${path}`)),
    ],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(target: string, incoming: IncomingMessage, response: ServerResponse, note: (request: ProxiedRequest) => void): void {
  const { method = "GET", url = "/", headers } = incoming;
  const outgoing = httpRequest(target + url, { method, headers }, (answer) => {
    const { statusCode: status = 502 } = answer;
    response.writeHead(status, answer.rawHeaders);
    answer.pipe(response);
    const chunks: Buffer[] = [];
    if (status >= 400) answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("end", () => {
      const { pathname, searchParams: query } = new URL(url, target);
      note({ method, path: template(pathname), query, status, errcode: errcodeOf(Buffer.concat(chunks).toString()) });
    });
  });
  // A client that stops waiting ends the request at the server too.
  response.on("close", () => outgoing.destroy());
  outgoing.on("error", () => response.destroy());
  incoming.pipe(outgoing);
}

/** Puts `{}` in the place of what differs from request to request. */
function template(path: string): string {
  const isName = (segment: string): boolean => /^[a-z_][a-zA-Z0-9_.]*$/.test(segment) && !/\d{3}/.test(segment.replace(/msc\d+/, ""));
  return path
    .split("/")
    .map((segment) => (segment === "" || isName(segment) ? segment : "{}"))
    .join("/");
}

function errcodeOf(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && "errcode" in parsed ? String(parsed.errcode) : undefined;
  } catch {
    return undefined;
  }
}
