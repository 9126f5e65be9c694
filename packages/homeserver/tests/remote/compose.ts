import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeHomeserver, type ComposedHomeserver, type ComposeOptions } from "../../src/compose/create-homeserver.ts";
import { parseConfig } from "../../src/config/load-config.ts";
import { silentLogger } from "../../src/http/logger.ts";

/** Boots a homeserver with a way to its parts; its data goes with it. */
export async function composed(
  options: ComposeOptions & { readonly shards?: number; readonly serverName?: string } = {},
): Promise<ComposedHomeserver & { readonly dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), "patrix-composed-"));
  const config = parseConfig({
    server_name: options.serverName ?? "localhost",
    listeners: [{ host: "127.0.0.1", port: 0 }],
    registration: { enabled: true, shared_secret: "shared" },
    rate_limits: { enabled: false },
    passwords: { cost: "fast" },
    testing: true,
    data_dir: dataDir,
    cluster: { shards: options.shards ?? 1 },
  });
  const server = await composeHomeserver(config, { logger: silentLogger, ...options });
  return {
    ...server,
    dataDir,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
