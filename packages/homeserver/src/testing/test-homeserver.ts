import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "@patrix/concurrency";
import type { UserId } from "@patrix/identifiers";
import { createHomeserver } from "../compose/create-homeserver.ts";
import { type Logger, silentLogger } from "../http/logger.ts";
import { testDatabase } from "./test-database.ts";
import { requestsTo } from "./test-requests.ts";
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

/** A user that a test has registered. */
export interface TestUser {
  readonly userId: UserId;
  readonly accessToken: string;
  readonly deviceId: string;
}

/** A JSON body of whatever shape, which can be looked into and used as text; what tests find in it they assert. */
export type AnyBody = string & { readonly [key: string]: AnyBody };

/** An answer of a test homeserver. */
export interface TestResponse<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; the text if it is none. */
  readonly body: Body;
}

/** A homeserver on a free port of this machine. */
export interface TestHomeserver extends AsyncDisposable {
  readonly url: string;
  readonly serverName: string;
  /** Registers a user with the password `secret`. */
  register(localpart: string): Promise<TestUser>;
  /** Sends a request; a body that is text or bytes is sent as it is. */
  request<Body = AnyBody>(method: string, path: string, body?: unknown, token?: string): Promise<TestResponse<Body>>;
  /** Sends a request of a user to the client-server API; the path begins behind `/_matrix/client/v3`. */
  requestAs<Body = AnyBody>(user: TestUser, method: string, path: string, body?: unknown): Promise<TestResponse<Body>>;
  /** Creates a room that anyone may join, unless the settings say otherwise; returns its ID. */
  createRoom(creator: TestUser, settings?: Readonly<Record<string, unknown>>): Promise<string>;
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
