import type { IncomingMessage } from "node:http";
import { isIP } from "node:net";

/** The address of a client; behind a proxy on the same machine, the one that the proxy names. */
export function clientAddress({ headers, socket }: IncomingMessage): string {
  const peer = socket.remoteAddress ?? "";
  const forwarded = headers["x-forwarded-for"];
  if (forwarded === undefined || !/^(?:::ffff:)?127\.|^::1$/.test(peer)) return peer;
  const last = (Array.isArray(forwarded) ? forwarded.join(",") : forwarded).split(",").at(-1)?.trim() ?? "";
  return isIP(last) === 0 ? peer : last;
}
