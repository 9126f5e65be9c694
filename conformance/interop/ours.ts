import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { formatSigningKeyFile, generateSigningKey, parseSigningKeyFile } from "@patrix/signatures";
import type { DayServer } from "./peer.ts";
import type { ServerPlace } from "./place.ts";

/** Our homeserver, over real sockets. */
export interface OurServer extends DayServer {
  /** Takes another signing key at the next start, and publishes the present one as one of the past. */
  replaceKey(): Promise<void>;
}

/** Puts our homeserver into a place. @param roomVersion - Of the rooms of clients that name none. */
export function ourServer(place: ServerPlace, roomVersion: string): OurServer {
  const { serverName, folder, clientPort, federationPort, certPath, keyPath } = place;
  const dataDir = join(folder, "data");
  const retired: object[] = [];
  let running: TestHomeserver | undefined;
  const config = (): Record<string, unknown> => ({
    listeners: [
      { host: "127.0.0.1", port: clientPort },
      { host: "127.0.0.1", port: federationPort, tls: { cert_path: certPath, key_path: keyPath } },
    ],
    federation: { enabled: true, allow_private_targets: true, trusted_ca_path: certPath },
    presence: { enabled: true },
    default_room_version: roomVersion,
    public_rooms: { over_federation: true },
    device_names_over_federation: true,
    old_signing_keys: retired,
  });
  return {
    serverName,
    url: `http://127.0.0.1:${clientPort}`,
    place,
    async start() {
      running = await testHomeserver({ serverName, dataDir, config: config() });
    },
    async stop() {
      await running?.stop();
      running = undefined;
    },
    async replaceKey() {
      const path = join(dataDir, "signing.key");
      const [old] = parseSigningKeyFile(await readFile(path, "utf8"));
      if (!old) throw new Error("there is no key yet");
      retired.push({ key_id: old.keyId, public_key: old.publicKey, expired_ts: Date.now() });
      await writeFile(path, formatSigningKeyFile([generateSigningKey("ed25519:second")]));
    },
    async [Symbol.asyncDispose]() {
      await running?.stop();
      await place[Symbol.asyncDispose]();
    },
  };
}
