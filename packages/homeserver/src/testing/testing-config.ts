import type { Config } from "../config/config.ts";
import { parseConfig } from "../config/load-config.ts";

/** How the configuration of a test differs from the usual one. */
export interface TestingConfigOptions {
  /** Default: `localhost`. */
  readonly serverName?: string | undefined;
  readonly dataDir: string;
  /** Merged over the testing configuration, key by key of the top level. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** The configuration of a test: fast passwords, open registration, no rate limits, and a free port of this machine. */
export function testingConfig({ serverName = "localhost", dataDir, config }: TestingConfigOptions): Config {
  return parseConfig({
    server_name: serverName,
    listeners: [{ host: "127.0.0.1", port: 0 }],
    registration: { enabled: true, guests: true, shared_secret: "shared" },
    rate_limits: { enabled: false },
    passwords: { cost: "fast" },
    testing: true,
    // Names of other servers in tests must not be looked up.
    federation: { enabled: false },
    data_dir: dataDir,
    ...config,
  });
}
