import { readFileSync } from "node:fs";
import type { RequestListener, Server } from "node:http";
import type { AnyEndpoint } from "@patrix/api";
import type { AddressInfo } from "node:net";
import type { Clock } from "@patrix/concurrency";
import { nodeListener } from "@patrix/server/node";
import { admitBy, type Unlimited } from "../access/admit-by.ts";
import { byAccessToken, type TokenLookup } from "../access/by-access-token.ts";
import type { AppserviceAccess } from "../access/by-appservice-token.ts";
import type { ClientAddress } from "../access/client-address.ts";
import type { OutageGuard } from "../access/outage-guard.ts";
import type { Requester } from "../access/requester.ts";
import type { RateLimiter } from "../access/rate-limits.ts";
import { mapErrors } from "../errors/map-errors.ts";
import type { Logger } from "../logger.ts";
import { requestLog } from "../request-log.ts";
import type { Registration } from "../registration.ts";
import { nextTurn } from "../../turns.ts";
import { type Authenticate, type FetchHandler, serve, type ServeOptions } from "@patrix/server";
import { admitServers } from "../server-server/bounded-requests.ts";
import type { RequestingServer, ServerRegistration } from "../server-server/requesting-server.ts";
import { isOfServers, type Resource, resourceOf } from "./resources.ts";

/** An address that the server listens on. */
export interface Listener {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly tls?: { readonly cert_path: string; readonly key_path: string } | undefined;
  /** What is served there; everything but metrics if left out. */
  readonly resources?: readonly Resource[] | undefined;
}

/** What other servers call. */
export interface FederationEndpoints {
  readonly registrations: readonly ServerRegistration[];
  readonly authenticate: Authenticate<RequestingServer>;
}

/** What an HTTP server needs. */
export interface HttpServerSettings {
  readonly listeners: readonly Listener[];
  readonly registrations: readonly Registration[];
  /** What other servers call, and how they are authenticated; left out where there is no federation. */
  readonly federation?: FederationEndpoints | undefined;
  readonly lookup: TokenLookup;
  readonly appserviceAccess?: AppserviceAccess | undefined;
  readonly clientAddress: ClientAddress;
  /** Left out where rates are not limited. */
  readonly limiter: RateLimiter | undefined;
  /** Hears of a database that does not answer. */
  readonly outages: OutageGuard;
  readonly logger: Logger;
  readonly clock: Clock;
}

/** Whether a listener serves a part. Metrics, which ask for no token, are served where that is said, and nowhere else. */
function servesResource({ resources }: Listener, resource: Resource): boolean {
  return resources ? resources.includes(resource) : resource !== "metrics";
}

/** The time that running requests get to end when the server closes. */
const DRAIN_MS = 800;
/** How often a closing server looks for connections that have become idle. */
const SWEEP_MS = 10;

/** Ciphers whose sessions stay secret when the key of the certificate does not. */
const ciphers = [
  "TLS_AES_256_GCM_SHA384",
  "TLS_CHACHA20_POLY1305_SHA256",
  "TLS_AES_128_GCM_SHA256",
  ...["ECDSA", "RSA"].flatMap((key) =>
    ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"].map((cipher) => `ECDHE-${key}-${cipher}`),
  ),
].join(":");

const serverOptions = {
  keepAliveTimeout: 65_000,
  headersTimeout: 20_000,
  requestTimeout: 600_000,
  maxHeaderSize: 32_768,
  noDelay: true,
} as const;

/** Endpoints with their handlers, and how they are served on any transport. */
interface Served<Handled, User> {
  readonly handled: readonly Handled[];
  readonly options: ServeOptions<User>;
}

interface ServedEndpoints {
  readonly clients: Served<Registration, Requester>;
  readonly servers: Served<ServerRegistration, RequestingServer> | undefined;
}

/** Serves handlers over HTTP on every listener. */
export class HttpServer {
  readonly #settings: HttpServerSettings;
  readonly #servers: Server[] = [];
  readonly #closing = new AbortController();

  constructor(settings: HttpServerSettings) {
    this.#settings = settings;
  }

  /** Starts listening. @returns The base URL of each listener. @throws If an address is taken. */
  async listen(): Promise<readonly string[]> {
    const urls: string[] = [];
    for (const listener of this.#settings.listeners) urls.push(await this.#listen(listener));
    return urls;
  }

  /** Stops listening, ends what waits, and cuts off what is not done within a second. */
  async close(): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    this.#closing.abort();
    // A connection becomes idle when its last answer is out.
    const sweep = setInterval(() => {
      for (const server of this.#servers) server.closeIdleConnections();
    }, SWEEP_MS);
    const cutOff = setTimeout(() => {
      for (const server of this.#servers) server.closeAllConnections();
    }, DRAIN_MS);
    await Promise.all(closed);
    clearInterval(sweep);
    clearTimeout(cutOff);
  }

  /** Answers requests that come by no connection, with everything but metrics. Nothing of them goes into the log. */
  handler(): FetchHandler {
    const { clients, servers } = this.#served((resource) => resource !== "metrics");
    const ofClients = serve(clients.handled, clients.options);
    const ofServers = servers && serve(servers.handled, servers.options);
    return (request, info) =>
      ofServers && isOfServers(new URL(request.url).pathname) ? ofServers(request, info) : ofClients(request, info);
  }

  /** What is served of some resources, and how: to clients, and to other servers. */
  #served(takes: (resource: Resource) => boolean): ServedEndpoints {
    const { lookup, appserviceAccess, limiter, logger, registrations, federation, outages } = this.#settings;
    const isServed = ({ endpoint }: { readonly endpoint: AnyEndpoint }): boolean => takes(resourceOf(endpoint));
    const common = { pace: nextTurn, mapError: mapErrors(logger), signal: this.#closing.signal };
    return {
      clients: {
        handled: registrations.filter(isServed).map((registration) => outages.guard(registration)),
        options: {
          ...common,
          authenticate: byAccessToken(lookup, appserviceAccess),
          admit: admitBy(limiter, appserviceAccess && unlimitedOf(appserviceAccess)),
        },
      },
      servers: federation && {
        handled: federation.registrations.filter(isServed),
        options: { ...common, authenticate: federation.authenticate, admit: admitServers(limiter) },
      },
    };
  }

  #listen(listener: Listener): Promise<string> {
    const { logger, clock, clientAddress } = this.#settings;
    const common = { clientAddress, onAnswered: requestLog(logger, clock) };
    const { clients, servers } = this.#served((resource) => servesResource(listener, resource));
    const ofClients = nodeListener(clients.handled, { ...clients.options, ...common });
    const ofServers = servers && nodeListener(servers.handled, { ...servers.options, ...common });
    const onRequest: RequestListener = (incoming, response) =>
      ofServers && isOfServers(incoming.url ?? "") ? ofServers(incoming, response) : ofClients(incoming, response);
    // As in requestFor: an import of `node:http` would load what nobody here uses.
    const server = listener.tls
      ? process.getBuiltinModule("node:https").createServer(
          {
            ...serverOptions,
            ciphers,
            minVersion: "TLSv1.2",
            cert: readFileSync(listener.tls.cert_path),
            key: readFileSync(listener.tls.key_path),
          },
          onRequest,
        )
      : process.getBuiltinModule("node:http").createServer(serverOptions, onRequest);
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(listener.port, listener.host, () => {
        server.off("error", reject);
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has such an address
        const { port } = server.address() as AddressInfo;
        const host = listener.host.includes(":") ? `[${listener.host}]` : listener.host;
        resolve(`${listener.tls ? "https" : "http"}://${host}:${port}`);
      });
    });
  }
}

function unlimitedOf({ appservices }: AppserviceAccess): Unlimited {
  return {
    isUnlimited: (userId) => appservices.isUnlimited(userId),
    isAppservice: (token) => appservices.byToken(token) !== undefined,
  };
}
