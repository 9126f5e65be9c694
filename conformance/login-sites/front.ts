// What stands before a homeserver of ours in tests of logins, and answers in its place where that cannot.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { TestHomeserver } from "@patrix/homeserver/testing";

/** Begins to listen; gives the address. */
export async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A server that listens on a port has an address with one.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Ends a server with all who are still connected. */
export async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** Answers as pages of other sites may read it. */
export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json", "access-control-allow-origin": "*" });
  response.end(JSON.stringify(body));
}

/** A request that goes on to the homeserver, with another access token if there is one. */
export interface Forwarded {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly token?: string | undefined;
  /** Another site that pages of the homeserver may ask. */
  readonly connectsTo?: string | undefined;
}

const ownHeaders = new Set(["host", "connection", "content-length", "transfer-encoding", "accept-encoding", "content-encoding"]);

/** Has the homeserver answer. */
export async function forward({ url }: Pick<TestHomeserver, "url">, { request, response, token, connectsTo }: Forwarded): Promise<void> {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) if (!ownHeaders.has(name)) headers.set(name, String(value));
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  const { method = "GET" } = request;
  const body = ["GET", "HEAD"].includes(method) ? null : new Uint8Array(await buffer(request));
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const answer = await fetch(url + (request.url ?? "/"), { method, headers, body, signal: gone.signal, redirect: "manual" });
  const content = new Uint8Array(await answer.arrayBuffer());
  const answered = [...answer.headers].filter(([name]) => !ownHeaders.has(name));
  const widened = answered.map(([name, value]) => [
    name,
    connectsTo === undefined ? value : value.replace("connect-src", `connect-src ${connectsTo}`),
  ]);
  response.writeHead(answer.status, widened.flat());
  response.end(content);
}
