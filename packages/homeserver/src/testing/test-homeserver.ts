import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "@patrix/concurrency";
import { composeHomeserver } from "../compose/create-homeserver.ts";
import { type Logger, silentLogger } from "../http/logger.ts";
import { fetchInProcess } from "./fetch-in-process.ts";
import { TestClock } from "./test-clock.ts";
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
  /** What it goes by. On a {@link TestClock} everything that waits goes by it too. Default: the machine's. */
  readonly clock?: Clock;
  /** Whether it listens on a free port of this machine. Default: unless it goes by a {@link TestClock}. */
  readonly listens?: boolean;
  /** The network in which it federates with others; without one it does not. */
  readonly network?: TestNetwork;
}

/** A homeserver of this process. */
export interface TestHomeserver extends TestRequests, AsyncDisposable {
  /** Where it listens; where it does not, `https://` and its name, which only {@link TestHomeserver.fetch} knows. */
  readonly url: string;
  readonly serverName: string;
  /** Reaches the server by its URL: over HTTP, or in the process where it does not listen. For clients and bots that are given a `fetch`. */
  readonly fetch: typeof fetch;
  /** Stops the server and keeps its data folder. */
  stop(): Promise<void>;
}

/** Boots a homeserver with fast passwords, open registration and no rate limits. */
export async function testHomeserver(options: TestHomeserverOptions = {}): Promise<TestHomeserver> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), "patrix-homeserver-")));
  const database = await testDatabase(dataDir);
  const { logger = silentLogger, clock, network, serverName = "localhost" } = options;
  const testClock = clock instanceof TestClock ? clock : undefined;
  const { listens = !testClock } = options;
  const federation = network ? { federation: { enabled: true, allow_private_targets: true } } : {};
  const config = testingConfig({ ...options, dataDir, config: { ...database.config, ...federation, ...options.config } });
  const server = await composeHomeserver(listens ? config : { ...config, listeners: [] }, {
    logger,
    ...(clock && { clock }),
    ...(testClock && { wrapStore: (store) => testClock.watch(store) }),
    ...(network && { network: network.portsOf(serverName) }),
  });
  const url = listens ? server.url : `https://${serverName}`;
  const reach: typeof fetch = listens ? (input, init) => fetch(input, init) : fetchInProcess(server.fetch);
  network?.add(serverName, { url, fetch: reach, signingKey: server.parts.federation?.keys.signingKey });
  return {
    url,
    serverName: server.serverName,
    fetch: reach,
    ...requestsTo(url, reach),
    stop: () => server.stop(),
    async [Symbol.asyncDispose]() {
      await server.stop();
      if (options.dataDir !== undefined) return;
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
