import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "@patrix/concurrency";
import { createHomeserver } from "../compose/create-homeserver.ts";
import { type Logger, silentLogger } from "../http/logger.ts";
import { testDatabase } from "./test-database.ts";
import { requestsTo, type TestRequests } from "./test-requests.ts";
import type { TestNetwork } from "./test-network.ts";
import { testingConfig } from "./testing-config.ts";

/** How a test homeserver differs from the usual one. */
export interface TestHomeserverOptions {
  readonly serverName?: string;
  /** Merged over the testing configuration, key by key of the top level. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** An existing data folder, which is kept; a temporary one if left out. */
  readonly dataDir?: string;
  readonly logger?: Logger;
  readonly clock?: Clock;
  /** The network in which it federates with others; without one it does not. */
  readonly network?: TestNetwork;
}

/** A homeserver on a free port of this machine. */
export interface TestHomeserver extends TestRequests, AsyncDisposable {
  readonly url: string;
  readonly serverName: string;
  /** Stops the server and keeps its data folder. */
  stop(): Promise<void>;
}

/** Boots a homeserver with fast passwords, open registration and no rate limits. */
export async function testHomeserver(options: TestHomeserverOptions = {}): Promise<TestHomeserver> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "patrix-homeserver-")));
  const database = await testDatabase(dataDir);
  const { logger = silentLogger, clock, network, serverName = "localhost" } = options;
  const federation = network ? { federation: { enabled: true, allow_private_targets: true } } : {};
  const config = testingConfig({ ...options, dataDir, config: { ...database.config, ...federation, ...options.config } });
  const server = await createHomeserver(config, {
    logger,
    ...(clock && { clock }),
    ...(network && { network: network.portsOf(serverName) }),
  });
  network?.add(serverName, server.url);
  return {
    url: server.url,
    serverName: server.serverName,
    ...requestsTo(server.url),
    stop: () => server.stop(),
    async [Symbol.asyncDispose]() {
      await server.stop();
      if (options.dataDir !== undefined) return;
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
