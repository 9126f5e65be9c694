import { readFileSync } from "node:fs";
import {
  type AddressPolicy,
  clientKeySource,
  createAddressPolicy,
  FederationClient,
  type HttpsConnector,
  type Dns,
  type Random,
  KeyRing,
} from "@patrix/federation";
import { nodeDns, NodeHttpsConnector } from "@patrix/federation/node";
import type { Core } from "../log/core.ts";
import { turnIfDue } from "../turns.ts";
import { FederatedError } from "./errors.ts";
import { StoredBackoff } from "./destinations/stored-backoff.ts";
import type { OwnKeys } from "./keys/own-keys.ts";
import { StoredKeys } from "./keys/stored-keys.ts";

/** The network that servers are reached by. */
export interface NetworkPorts {
  readonly https: HttpsConnector;
  readonly dns: Dns;
  /** Where the chance comes from by which not all servers come back at once. Default: `Math.random`. */
  readonly random?: Random;
}

/** How this server reaches others. */
export interface NetworkSettings {
  /** Authorities that are trusted besides the usual ones: a file in PEM. */
  readonly trustedCaPath?: string | undefined;
  /** Whether servers may be at addresses that are not public. */
  readonly allowPrivateTargets: boolean;
  /** Servers that are asked for keys that their own server does not give. */
  readonly trustedKeyServers: readonly string[];
  /** What stands in for the machine's own network, in tests. */
  readonly ports?: NetworkPorts | undefined;
  readonly userAgent: string;
}

/** What requests to other servers and from them go through. */
export interface Network {
  readonly client: FederationClient;
  readonly keyRing: KeyRing;
  /** Which addresses servers may be at, and may send this one to. */
  readonly mayConnect: AddressPolicy;
}

/** Opens the way to other servers. @throws {FederatedError} `KEY_FILE_UNREADABLE` for a file of authorities that cannot be read. */
export function openNetwork(core: Core, keys: OwnKeys, settings: NetworkSettings): Network {
  const { ports = { https: new NodeHttpsConnector({ extraCa: extraAuthorities(settings) }), dns: nodeDns() } } = settings;
  const mayConnect = settings.allowPrivateTargets ? (): boolean => true : createAddressPolicy();
  const client = new FederationClient({
    turnIfDue,
    serverName: core.serverName,
    signingKey: keys.signingKey,
    backoff: new StoredBackoff(core),
    userAgent: settings.userAgent,
    ports: {
      random: Math.random,
      ...ports,
      clock: core.clock,
      mayConnect,
    },
  });
  const keyRing = new KeyRing({
    clock: core.clock,
    source: clientKeySource(client),
    store: new StoredKeys(core),
    known: { [core.serverName]: keys.verifyKeys },
    notaries: settings.trustedKeyServers.map((server) => ({ server })),
  });
  return { client, keyRing, mayConnect };
}

/** A list of one's own replaces what Node was told to trust besides the usual authorities, so that goes into it. */
function extraAuthorities({ trustedCaPath }: NetworkSettings): string[] {
  if (trustedCaPath === undefined) return [];
  const extra = process.env["NODE_EXTRA_CA_CERTS"];
  try {
    return [trustedCaPath, ...(extra ? [extra] : [])].map((path) => readFileSync(path, "utf8"));
  } catch (error) {
    throw new FederatedError("KEY_FILE_UNREADABLE", `federation.trusted_ca_path: ${trustedCaPath} cannot be read`, { cause: error });
  }
}
