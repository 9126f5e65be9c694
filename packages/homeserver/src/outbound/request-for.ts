import type { Agent, request } from "node:http";

/**
 * What sends a request to a URL, over TLS or not. An import of `node:http` reads all that it exports, and so loads an HTTP client which
 * nobody here uses: a tenth of the start of a server.
 */
export function requestFor({ protocol }: URL): typeof request {
  return builtin(protocol).request;
}

/** Connections to a URL that are used again, as many at once as are asked for. */
export function agentFor({ protocol }: URL): Agent {
  return new (builtin(protocol).Agent)({ keepAlive: true, maxFreeSockets: 16 });
}

function builtin(protocol: string): typeof import("node:http") | typeof import("node:https") {
  return process.getBuiltinModule(protocol === "https:" ? "node:https" : "node:http");
}
