// Synapse in the place of the homeserver that tests start: the project `synapse` of the tests has this file for `test-homeserver.ts`.
import { existsSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requestsTo, type TestHomeserver, type TestHomeserverOptions } from "@patrix/homeserver/testing";
import { freePort } from "../outside/free-port.ts";
import type { RunningProgram } from "./program.ts";
import { startClientSynapse } from "./synapse.ts";

/** What Synapse calls what bridges with encryption need. */
const EXPERIMENTAL = {
  msc2409_to_device_messages_enabled: true,
  msc3202_device_masquerading: true,
  msc3202_transaction_extensions: true,
  msc3814_enabled: true,
  msc4190_enabled: true,
  msc4222_enabled: true,
};

/** Starts Synapse on a free port, with a database that has its tables already. */
export async function testHomeserver(options: TestHomeserverOptions = {}): Promise<TestHomeserver> {
  const command = process.env["PATRIX_TEST_SYNAPSE"] ?? "";
  const template = process.env["PATRIX_TEST_SYNAPSE_DATABASE"] ?? "";
  const { serverName = "localhost", config = {}, dataDir, clock, network } = options;
  if (clock || network) throw new Error("Synapse has no clock of the test's, and no network of it");
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), "patrix-synapse-")));
  const database = join(folder, "homeserver.db");
  if (!existsSync(database)) await cp(template, database);
  const place = { serverName, folder, clientPort: await freePort() };
  const more = { experimental_features: EXPERIMENTAL, ...synapseSettings(config) };
  let running: RunningProgram | undefined = await startClientSynapse(command, place, more);
  const url = `http://127.0.0.1:${place.clientPort}`;
  // A test that fails may forget it.
  process.once("exit", () => void running?.end("SIGKILL"));
  const stop = async (): Promise<void> => {
    const ending = running;
    running = undefined;
    await ending?.end("SIGKILL");
  };
  return {
    url,
    serverName,
    fetch: (input, init) => fetch(input, init),
    ...requestsTo(url),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      if (dataDir === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Settings of ours as Synapse has them. @throws For those that it does not have: what they test is ours. */
function synapseSettings({ app_service_files: files, ...others }: Readonly<Record<string, unknown>>): object {
  const unknown = Object.keys(others).filter((name) => name !== "rate_limits");
  if (unknown.length > 0) throw new Error(`Synapse has no setting ${unknown.join(", ")}`);
  if (others["rate_limits"] !== undefined) throw new Error("Synapse has other rate limits");
  return files === undefined ? {} : { app_service_config_files: files };
}
