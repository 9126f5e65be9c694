import { X509Certificate } from "node:crypto";
import { clientKeySource, createAddressPolicy, type DiscoveryPorts, FederationClient, type KeySource } from "@patrix/federation";
import { nodeDns, NodeHttpsConnector, nodeClock } from "@patrix/federation/node";
import { generateSigningKey, type SigningKey } from "@patrix/signatures";
import type { Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";
import { readInput } from "../input/read-input.ts";

/** Other servers, as commands reach them. */
export interface Federation extends AsyncDisposable {
  readonly ports: DiscoveryPorts;
  readonly keySource: KeySource;
  /** Sends requests, signed in the name that {@link openFederation} was given. */
  readonly client: FederationClient;
}

/** Who asks other servers. */
export interface AskingServer {
  readonly serverName: string;
  readonly signingKey: SigningKey;
}

/** Requests for keys are not signed, so these need no name that anybody knows. */
const NO_SERVER = "patrix.invalid";

/**
 * Gets ready to talk to other servers, as the options say that every such command has; in the name of nobody unless told otherwise.
 *
 * @throws {@link CliError} `UNREADABLE_INPUT` or `INVALID_INPUT` for the files of `--ca`.
 */
export async function openFederation(
  { options, terminal }: Pick<Invocation, "options" | "terminal">,
  { serverName, signingKey }: AskingServer = { serverName: NO_SERVER, signingKey: generateSigningKey("ed25519:1") },
): Promise<Federation> {
  const extraCa = await Promise.all(
    options.list("ca").map(async (path) => readCertificate(new TextDecoder().decode((await readInput(path, terminal)).bytes), path)),
  );
  const https = new NodeHttpsConnector({ extraCa });
  const mayConnect = createAddressPolicy({ allow: options.flag("allow-private") ? ["0.0.0.0/0", "::/0"] : [] });
  const ports = { dns: nodeDns(), https, clock: nodeClock, random: Math.random, mayConnect };
  const client = new FederationClient({ serverName, signingKey, ports, userAgent: "patrix" });
  return { ports, keySource: clientKeySource(client), client, [Symbol.asyncDispose]: () => https[Symbol.asyncDispose]() };
}

function readCertificate(pem: string, path: string): string {
  try {
    return new X509Certificate(pem).toString();
  } catch (cause) {
    throw new CliError("INVALID_INPUT", `${path} holds no certificate in PEM; --ca wants the certificate of the authority`, { cause });
  }
}
