import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeHomeserver, type ComposedHomeserver, type ComposeOptions } from "../../src/compose/create-homeserver.ts";
import { silentLogger } from "../../src/http/logger.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { testingConfig } from "../../src/testing/testing-config.ts";

/** How a composed homeserver of a test differs from the usual one. */
export interface ComposedOptions extends ComposeOptions {
  readonly shards?: number;
  readonly serverName?: string;
  /** An existing data folder, which is kept; a temporary one if left out. */
  readonly dataDir?: string;
  /** Merged over the testing configuration, key by key of the top level. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Boots a homeserver with a way to its parts; its data goes with it. */
export async function composed(options: ComposedOptions = {}): Promise<ComposedHomeserver & { readonly dataDir: string }> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "patrix-composed-")));
  const database = await testDatabase(dataDir);
  const config = { cluster: { shards: options.shards ?? 1 }, ...database.config, ...options.config };
  const server = await composeHomeserver(testingConfig({ ...options, dataDir, config }), { logger: silentLogger, ...options });
  return {
    ...server,
    dataDir,
    async [Symbol.asyncDispose]() {
      await server.stop();
      if (options.dataDir !== undefined) return;
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
