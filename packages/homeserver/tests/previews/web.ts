// A small web of pages on this machine, and name servers that say what a test wants.
import { createSocket } from "node:dgram";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A web server on this machine. */
export interface Web extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** Method and path of each request, in order. */
  readonly requests: readonly string[];
  /** The headers of the last request. */
  headers(): IncomingMessage["headers"];
}

/** What answers at a path. */
export type Pages = Readonly<Record<string, (response: ServerResponse, request: IncomingMessage) => void>>;

/** Serves pages; other paths are answered with 404. */
export async function openWeb(pages: Pages, host = "127.0.0.1"): Promise<Web> {
  const requests: string[] = [];
  let headers: IncomingMessage["headers"] = {};
  const listener: RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    ({ headers } = request);
    response.on("error", () => {});
    const page = pages[request.url ?? ""];
    if (page) page(response, request);
    else response.writeHead(404).end();
  };
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    requests,
    headers: () => headers,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A page of HTML. */
export const html =
  (text: string | Uint8Array, type = "text/html; charset=utf-8") =>
  (response: ServerResponse): void =>
    void response.writeHead(200, { "content-type": type }).end(text);

/** A redirect. */
export const redirect =
  (location: string, status = 302) =>
  (response: ServerResponse): void =>
    void response.writeHead(status, { location }).end("moved");

/** A name server for tests. */
export interface NameServer extends AsyncDisposable {
  readonly address: string;
  /** How often each name was asked for, by its IPv4 address. */
  readonly asked: ReadonlyMap<string, number>;
}

/** Answers questions for IPv4 addresses with what a function says: nothing if `undefined`. */
export async function openNameServer(answer: (name: string, time: number) => string | undefined): Promise<NameServer> {
  const asked = new Map<string, number>();
  const socket = createSocket("udp4");
  socket.on("message", (question, from) => {
    const { name, end } = readName(question);
    const isIpv4 = question.readUInt16BE(end) === 1;
    const time = (asked.get(name) ?? 0) + 1;
    if (isIpv4) asked.set(name, time);
    const address = isIpv4 ? answer(name, time) : undefined;
    const head = Buffer.from(question.subarray(0, end + 4));
    head.writeUInt16BE(0x8180, 2);
    head.writeUInt16BE(address === undefined ? 0 : 1, 6);
    head.writeUInt16BE(0, 8);
    head.writeUInt16BE(0, 10);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...(address ?? "0.0.0.0").split(".").map(Number)]);
    socket.send(address === undefined ? head : Buffer.concat([head, record]), from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function readName(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join("."), end: at + 1 };
}
