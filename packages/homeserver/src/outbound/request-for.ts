import type { request } from "node:http";

/**
 * What sends a request to a URL, over TLS or not. An import of `node:http` reads all that it exports, and so loads an HTTP client which
 * nobody here uses: a tenth of the start of a server.
 */
export function requestFor({ protocol }: URL): typeof request {
  return process.getBuiltinModule(protocol === "https:" ? "node:https" : "node:http").request;
}
