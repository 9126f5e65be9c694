import { writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { generateKeyPairSync } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../outside/foreign-program.ts";
import type { DayServer, PeerProgram } from "./peer.ts";
import type { ServerPlace } from "./place.ts";
import { type RunningProgram, startProgram } from "./program.ts";
import { sizes } from "./sizes.ts";

const VERSION = "0.13.8";

/** Dendrite by the proxy of Go modules. */
export const dendrite: PeerProgram = {
  name: `Dendrite ${VERSION}`,
  lacks: ["knocks", "retraction of invites", "threads of receipts", "bundled aggregations", "pages without gaps", "dates", "long queues"],
  async prepare() {
    if (!sizes.isWhole) return { missing: "its build takes minutes, so it is in `npm run interop` only" };
    const bin = join(tmpdir(), `patrix-interop-dendrite-${VERSION}`);
    const command = join(bin, "dendrite");
    if (existsSync(command)) return { command };
    if ((await run("go", ["version"])).code !== 0) return { missing: "Go is not here" };
    const env = { ...process.env, GOBIN: bin };
    const built = await run("go", ["install", `github.com/matrix-org/dendrite/cmd/dendrite@v${VERSION}`], { env, timeoutMs: 1_800_000 });
    return built.code === 0 ? { command } : { missing: `the module cannot be built (${built.err.trim().split("\n").at(-1)})` };
  },
  async configure(command, place) {
    await writeFile(join(place.folder, "matrix_key.pem"), signingKey());
    await writeFile(join(place.folder, "dendrite.yaml"), JSON.stringify(settings(place)));
    const url = `http://127.0.0.1:${place.clientPort}`;
    const args = Object.entries({
      "--config": "dendrite.yaml",
      "--http-bind-address": `127.0.0.1:${place.clientPort}`,
      "--https-bind-address": `127.0.0.1:${place.federationPort}`,
      "--tls-cert": place.certPath,
      "--tls-key": place.keyPath,
    }).flat();
    let running: RunningProgram | undefined;
    const server: DayServer = {
      serverName: place.serverName,
      url,
      place,
      async start() {
        running = await startProgram(command, [...args, "--really-enable-open-registration"], {
          url,
          cwd: place.folder,
          env: { SSL_CERT_FILE: place.certPath },
        });
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

function signingKey(): string {
  const { privateKey } = generateKeyPairSync("ed25519");
  const seed = privateKey.export({ type: "pkcs8", format: "der" }).subarray(-32).toString("base64");
  return `-----BEGIN MATRIX PRIVATE KEY-----\nKey-ID: ed25519:peer\n\n${seed}\n-----END MATRIX PRIVATE KEY-----\n`;
}

function settings({ serverName, folder }: ServerPlace): object {
  const database = (name: string): object => ({ database: { connection_string: `file:${join(folder, `${name}.db`)}` } });
  return {
    version: 2,
    global: {
      server_name: serverName,
      private_key: "matrix_key.pem",
      presence: { enable_inbound: true, enable_outbound: true },
      jetstream: { storage_path: join(folder, "jetstream") },
      trusted_third_party_id_servers: [],
    },
    app_service_api: {},
    client_api: { registration_disabled: false, rate_limiting: { enabled: false } },
    federation_api: { ...database("federation"), send_max_retries: 16, disable_tls_validation: false },
    key_server: database("keys"),
    media_api: { ...database("media"), base_path: join(folder, "media"), dynamic_thumbnails: true, thumbnail_sizes: [] },
    mscs: { ...database("mscs"), mscs: ["msc2836"] },
    relay_api: database("relay"),
    room_server: database("rooms"),
    sync_api: database("sync"),
    user_api: { account_database: { connection_string: `file:${join(folder, "accounts.db")}` }, device_database: {}, bcrypt_cost: 4 },
    logging: [{ type: "file", level: "info", params: { path: folder } }],
  };
}
