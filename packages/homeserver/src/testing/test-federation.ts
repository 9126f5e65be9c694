import { NetworkFaults } from "./network-faults.ts";
import { TestClock, type TestClockOptions } from "./test-clock.ts";
import { testHomeserver, type TestHomeserver, type TestHomeserverOptions } from "./test-homeserver.ts";
import { TestNetwork } from "./test-network.ts";

/** What a {@link TestFederation} is made of. */
export interface TestFederationOptions extends TestClockOptions, Pick<TestHomeserverOptions, "config" | "logger"> {
  /** How many servers there are, or their names; without names they are `s1.example`, `s2.example`, and so on. Default: 2. */
  readonly servers?: number | readonly string[];
  /** A whole number from which what goes wrong by chance follows. Default: 1. */
  readonly seed?: number;
}

/** Homeservers of one process that federate with each other on one clock. */
export interface TestFederation extends AsyncDisposable {
  readonly clock: TestClock;
  readonly network: TestNetwork;
  readonly faults: NetworkFaults;
  readonly servers: readonly TestHomeserver[];
}

/**
 * Boots some homeservers on one clock and in one network, without sockets.
 *
 * @example
 * await using federation = await testFederation({ servers: 3 });
 * const { clock, faults, servers } = federation;
 * faults.part(["s1.example"], ["s2.example", "s3.example"]);
 * await clock.advance(60 * 60_000);
 * faults.heal();
 */
export async function testFederation(options: TestFederationOptions = {}): Promise<TestFederation> {
  const { servers: wanted = 2, seed = 1, config, logger } = options;
  const names = typeof wanted === "number" ? Array.from({ length: wanted }, (_, index) => `s${index + 1}.example`) : wanted;
  const clock = new TestClock(options);
  const network = new TestNetwork({ clock });
  const common = { clock, network, ...(config && { config }), ...(logger && { logger }) };
  const booted = await Promise.allSettled(names.map((serverName) => testHomeserver({ ...common, serverName })));
  const servers = booted.flatMap((server) => (server.status === "fulfilled" ? server.value : []));
  const stop = async (): Promise<void> => void (await Promise.all(servers.map((server) => server[Symbol.asyncDispose]())));
  const failed = booted.find((server) => server.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { clock, network, faults: new NetworkFaults(network, { seed }), servers, [Symbol.asyncDispose]: stop };
}
