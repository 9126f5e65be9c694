import { isIpAddress } from "../addresses/address-policy.ts";
import { isServerName, parseServerName } from "@patrix/identifiers";
import { FederationError } from "../errors.ts";
import type { HttpsResponse } from "../ports/https.ts";
import { readBody } from "../ports/read-body.ts";
import { withTimeout } from "../ports/with-timeout.ts";
import { cacheLifetimeMs } from "./cache-lifetime.ts";
import type { DiscoveryPorts } from "./discovery-ports.ts";
import { lookUpHost } from "./look-up-host.ts";
import { sendToFirst } from "./send-to-first.ts";

/** Largest `.well-known` response that is read, in bytes. */
export const MAX_WELL_KNOWN_SIZE_BYTES: number = 50 * 1024;
/** How long all of a `.well-known` request may take, redirects included, in milliseconds. */
export const WELL_KNOWN_TIMEOUT_MS = 20_000;
/** Most redirects that are followed. */
export const MAX_REDIRECTS = 5;

const HTTPS_PORT = 443;

/** A valid `.well-known` response. */
export interface WellKnown {
  /** `m.server`: the delegated server name. */
  readonly server: string;
  /** How long it is kept, in milliseconds. */
  readonly lifetimeMs: number;
}

/**
 * Asks a host where its Matrix server is: `https://<hostname>/.well-known/matrix/server`.
 *
 * Redirects are followed to https only, five at most and no address twice; every host on the way is checked against the address policy.
 *
 * @throws {@link FederationError} with whatever went wrong: then there is no delegation.
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#getwell-knownmatrixserver}
 */
export async function fetchWellKnown(host: string, ports: DiscoveryPorts): Promise<WellKnown> {
  return withTimeout(ports.clock, WELL_KNOWN_TIMEOUT_MS, async (signal) => {
    const response = await follow(new URL(`https://${host}/.well-known/matrix/server`), ports, signal);
    const body = await readBody(response, MAX_WELL_KNOWN_SIZE_BYTES, signal);
    return { server: readDelegation(body), lifetimeMs: cacheLifetimeMs(response.headers, ports.clock.now()) };
  });
}

async function follow(start: URL, ports: DiscoveryPorts, signal: AbortSignal): Promise<HttpsResponse> {
  const visited = new Set<string>();
  let url = start;
  while (visited.size <= MAX_REDIRECTS && !visited.has(url.href)) {
    visited.add(url.href);
    const response = await get(url, ports, signal);
    if (response.status === 200) return response;
    const { location } = response.headers;
    await discard(response);
    if (response.status < 300 || response.status > 399 || location === undefined) {
      throw new FederationError("MALFORMED_RESPONSE", `the .well-known request was answered with status ${response.status}`);
    }
    url = redirectTarget(location, url);
  }
  throw new FederationError("TOO_MANY_REDIRECTS", `the .well-known request was redirected in a circle or more than ${MAX_REDIRECTS} times`);
}

async function get(url: URL, ports: DiscoveryPorts, signal: AbortSignal): Promise<HttpsResponse> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const port = url.port === "" ? HTTPS_PORT : Number(url.port);
  return sendToFirst(ports.https, [{ host, port, addresses: await lookUpHost(host, ports, signal) }], {
    certificateName: host,
    hostHeader: url.host,
    method: "GET",
    target: `${url.pathname}${url.search}`,
    headers: { accept: "application/json" },
    signal,
  });
}

/** Ends a response that nobody reads. */
async function discard({ body }: HttpsResponse): Promise<void> {
  await body[Symbol.asyncIterator]().return?.();
}

function redirectTarget(location: string, from: URL): URL {
  const url = location.length <= 2048 && URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (url === undefined || url.protocol !== "https:" || url.username !== "" || url.password !== "") {
    throw new FederationError("REDIRECT_NOT_ALLOWED", "the .well-known request was redirected to what is not a plain https address");
  }
  url.hash = "";
  return url;
}

function readDelegation(body: Uint8Array): string {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (cause) {
    throw new FederationError("MALFORMED_RESPONSE", "the .well-known response is not JSON", { cause });
  }
  const server = typeof json === "object" && json !== null && "m.server" in json ? json["m.server"] : undefined;
  if (typeof server !== "string" || !isReachableName(server)) {
    throw new FederationError("MALFORMED_RESPONSE", "m.server of the .well-known response is not a server name");
  }
  return server;
}

/** Whether a server name follows the grammar and can be connected to: addresses are ones, and the port is not 0. */
export function isReachableName(serverName: string): boolean {
  if (serverName.length > 255 || !isServerName(serverName)) return false;
  const { host, port, kind } = parseServerName(serverName);
  return port !== 0 && (kind === "dns" || isIpAddress(host));
}
