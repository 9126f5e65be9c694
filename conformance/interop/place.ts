import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestCertificate } from "@patrix/federation/testing";
import { freePort } from "../outside/free-port.ts";
import { type Relay, startRelay } from "./relay.ts";

/** Where a server runs: its folder, its ports, and the name that others find it by. */
export interface ServerPlace extends AsyncDisposable {
  readonly serverName: string;
  readonly folder: string;
  /** The port that it serves clients on, without TLS. */
  readonly clientPort: number;
  /** The port that it serves other servers on, with TLS; they come to it through the relay. */
  readonly federationPort: number;
  readonly relay: Relay;
  /** Files in PEM: what it shows to others, which is also what it trusts. */
  readonly certPath: string;
  readonly keyPath: string;
}

/** Makes a place for a server. @param host - The part of its name before the port. */
export async function makePlace(folder: string, host: string, { cert, key }: TestCertificate): Promise<ServerPlace> {
  await mkdir(folder, { recursive: true });
  const [certPath, keyPath] = [join(folder, "server.crt"), join(folder, "server.key")];
  await writeFile(certPath, cert);
  await writeFile(keyPath, key);
  const federationPort = await freePort();
  const relay = await startRelay(federationPort);
  return {
    serverName: `${host}:${relay.port}`,
    folder,
    clientPort: await freePort(),
    federationPort,
    relay,
    certPath,
    keyPath,
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  };
}
