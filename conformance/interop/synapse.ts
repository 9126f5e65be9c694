import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pythonProgram } from "../outside/foreign-program.ts";
import type { DayServer, PeerProgram } from "./peer.ts";
import type { ServerPlace } from "./place.ts";
import { type RunningProgram, startProgram } from "./program.ts";

const VERSION = "1.163.2";

/** Synapse from the Python package index. */
export const synapse: PeerProgram = {
  name: `Synapse ${VERSION}`,
  lacks: ["withdrawal of knocks"],
  async prepare() {
    // With what it needs for single sign-on.
    return pythonProgram(`matrix-synapse[oidc]==${VERSION}`, "-m");
  },
  async configure(command, place) {
    const path = join(place.folder, "homeserver.json");
    await writeFile(join(place.folder, "signing.key"), newSigningKey());
    await writeFile(join(place.folder, "log.json"), JSON.stringify(logSettings(place)));
    // JSON is YAML.
    await writeFile(path, JSON.stringify(settings(place)));
    const url = `http://127.0.0.1:${place.clientPort}`;
    const args = ["-m", "synapse.app.homeserver", "-c", path];
    let running: RunningProgram | undefined;
    const server: DayServer = {
      serverName: place.serverName,
      url,
      place,
      async start() {
        running = await startProgram(command, args, { url, cwd: place.folder });
      },
      async stop(how = "in order") {
        await running?.end(how === "in order" ? "SIGTERM" : "SIGKILL");
        running = undefined;
      },
      async [Symbol.asyncDispose]() {
        await running?.[Symbol.asyncDispose]();
        await place[Symbol.asyncDispose]();
      },
    };
    return server;
  },
};

function logSettings({ folder }: Pick<ServerPlace, "folder">): object {
  return {
    version: 1,
    formatters: { line: { format: "%(asctime)s %(name)s %(levelname)s %(request)s %(message)s" } },
    handlers: { file: { class: "logging.FileHandler", filename: join(folder, "log"), formatter: "line" } },
    root: { level: "INFO", handlers: ["file"] },
  };
}

function settings(place: ServerPlace): object {
  const { federationPort, certPath, keyPath } = place;
  const base = clientSettings(place);
  return {
    ...base,
    listeners: [
      ...base.listeners,
      { port: federationPort, bind_addresses: ["127.0.0.1"], type: "http", tls: true, resources: [{ names: ["federation"] }] },
    ],
    tls_certificate_path: certPath,
    tls_private_key_path: keyPath,
    federation_custom_ca_list: [certPath],
    allow_public_rooms_over_federation: true,
    // Like ours, it is tried again as soon as it is heard from; without these it would wait ten minutes where it is not.
    federation: { destination_min_retry_interval: "1s", destination_max_retry_interval: "2s", max_short_retries: 1, max_long_retries: 2 },
    rc_federation: { window_size: 1000, sleep_limit: 10_000, sleep_delay: 1, reject_limit: 100_000, concurrent: 50 },
  };
}

/** Where a Synapse for clients alone runs. */
export type ClientPlace = Pick<ServerPlace, "serverName" | "folder" | "clientPort">;

/** Settings with fast passwords, open registration and no limits of rates, for clients alone. */
function clientSettings({ serverName, folder, clientPort }: ClientPlace): { readonly listeners: readonly object[] } {
  const often = { per_second: 10_000, burst_count: 10_000 };
  const settings = {
    server_name: serverName,
    pid_file: join(folder, "pid"),
    log_config: join(folder, "log.json"),
    listeners: [{ port: clientPort, bind_addresses: ["127.0.0.1"], type: "http", tls: false, resources: [{ names: ["client"] }] }],
    ip_range_blacklist: [],
    database: { name: "sqlite3", args: { database: join(folder, "homeserver.db") } },
    media_store_path: join(folder, "media"),
    signing_key_path: join(folder, "signing.key"),
    macaroon_secret_key: "macaroon",
    form_secret: "form",
    report_stats: false,
    trusted_key_servers: [],
    enable_registration: true,
    enable_registration_without_verification: true,
    bcrypt_rounds: 4,
    room_list_publication_rules: [{ action: "allow" }],
    // Who asks anew for everything gets what is so now, and not what was so two minutes ago.
    caches: { sync_response_cache_duration: "0s" },
    rc_message: often,
    rc_registration: often,
    rc_login: { address: often, account: often, failed_attempts: often },
    rc_joins: { local: often, remote: often },
    rc_joins_per_room: often,
    rc_invites: { per_room: often, per_user: often, per_issuer: often },
    rc_presence: { per_user: often },
    rc_room_creation: often,
    rc_key_requests: often,
    rc_media_create: often,
    remote_media_download_per_second: "100M",
  };
  return settings;
}

/** Starts a Synapse for clients alone on what its folder holds; new settings are added to the usual ones. */
export async function startClientSynapse(command: string, place: ClientPlace, more: object = {}): Promise<RunningProgram> {
  const { folder, clientPort } = place;
  const path = join(folder, "homeserver.json");
  const key = join(folder, "signing.key");
  if (!existsSync(key)) await writeFile(key, newSigningKey());
  await writeFile(join(folder, "log.json"), JSON.stringify(logSettings(place)));
  await writeFile(path, JSON.stringify({ ...clientSettings(place), ...more }));
  return startProgram(command, ["-m", "synapse.app.homeserver", "-c", path], { url: `http://127.0.0.1:${clientPort}`, cwd: folder });
}

function newSigningKey(): string {
  return `ed25519 peer ${randomBytes(32).toString("base64").replace(/=+$/, "")}\n`;
}
