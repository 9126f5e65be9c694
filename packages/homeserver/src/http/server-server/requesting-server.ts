import { matrixError } from "@patrix/api";
import { isFederationError, type KeyRing, verifyRequest } from "@patrix/federation";
import type { Clock } from "@patrix/concurrency";
import type { Authenticate, HandledEndpoint } from "@patrix/server";

/** The server that sends a request. */
export interface RequestingServer {
  readonly origin: string;
}

/** What servers mount: an endpoint and its handler. */
export type ServerRegistration = HandledEndpoint<RequestingServer>;

/** How requests of servers are checked. */
export interface RequestingServerSettings {
  readonly serverName: string;
  readonly keyRing: KeyRing;
  readonly clock: Clock;
  /** Whether this server talks to another one. */
  readonly mayAsk: (server: string) => boolean;
  /** Told of each server whose request was signed. */
  readonly heardFrom: (server: string) => void;
}

/** Authenticates servers by the signatures of their requests. */
export function bySignedRequest({
  serverName,
  keyRing,
  clock,
  mayAsk,
  heardFrom,
}: RequestingServerSettings): Authenticate<RequestingServer> {
  return async (request) => {
    const { method, uri, headers } = request;
    const authorization = headers["authorization"];
    // Nobody reads a body of someone who does not say who they are.
    if (authorization === undefined) throw matrixError("M_UNAUTHORIZED", "the request has no Authorization header");
    try {
      const content = method === "GET" ? undefined : await request.json();
      const { origin } = await verifyRequest({ method, uri, authorization, content }, { serverName, keys: keyRing, nowTs: clock.now() });
      if (!mayAsk(origin)) throw matrixError("M_FORBIDDEN", `this server does not federate with ${origin}`);
      heardFrom(origin);
      return { origin };
    } catch (error) {
      if (isFederationError(error)) throw matrixError("M_UNAUTHORIZED", error.message);
      throw error;
    }
  };
}
