import type { Config, Homeserver } from "@patrix/homeserver";
import type { Command, Invocation } from "../command-line/command.ts";
import { homeserverFailure } from "../command-line/homeserver-failure.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { CliError } from "../errors.ts";
import { configOption, readConfig } from "../input/config-option.ts";

/** `patrix serve`. */
export const serve: Command = {
  name: "serve",
  summary: "Runs a homeserver in the foreground",
  operands: "",
  maxOperands: 0,
  options: {
    config: configOption,
    web: { type: "string", value: "FOLDER", summary: "Serves the web client in a folder at /web/, as the config key web_client.path does" },
    "print-config": { type: "boolean", summary: "Prints the effective config with secrets hidden, and exits" },
    check: { type: "boolean", summary: "Checks the config and the registration files that it names, and exits" },
    "log-level": { type: "string", value: "LEVEL", summary: "debug, info, warn or error: the least that is logged. Default: info" },
    log: { type: "string", value: "FORMAT", summary: "json or pretty. Default: pretty on a terminal, else json" },
  },
  examples: [
    { line: "patrix serve", does: "serves localhost on 127.0.0.1:8008, with data in ./patrix-data and open registration" },
    { line: "patrix serve --config patrix.yaml --check", does: "tells what is wrong with a config" },
    { line: "patrix serve --web examples/web-client/dist", does: "serves a web client too, at http://127.0.0.1:8008/web/" },
    { line: "PATRIX_DATA_DIR=/var/lib/patrix patrix serve --config patrix.yaml", does: "sets one value from the environment" },
  ],
  details: "Every value of the config can come from the environment: PATRIX_ and its path in capitals, with __ between levels.",
  run,
};

async function run({ options, terminal }: Invocation): Promise<number> {
  assertNodeVersion(process.version);
  const format = options.text("log") ?? (process.stderr.isTTY ? "pretty" : "json");
  if (format !== "json" && format !== "pretty") throw new CliError("USAGE", `--log ${format}: there are json and pretty`);
  const { logLevels, configWarnings, createHomeserver, createLogger, printConfig } = await import("@patrix/homeserver");
  const { startFailure } = await import("../serve/start-failure.ts");
  const { boundMemory } = await import("../serve/bound-memory.ts");
  const asked = options.text("log-level") ?? "info";
  const level = logLevels.find((known) => known === asked);
  if (level === undefined) throw new CliError("USAGE", `--log-level ${asked}: there are ${logLevels.join(", ")}`);
  const read = await readConfig({ options, terminal });
  const web = options.text("web");
  const config = web === undefined ? read : { ...read, web_client: { path: web } };
  if (options.flag("print-config")) terminal.out(await printConfig(config));
  if (options.flag("check")) {
    await checkRegistrations(config);
    for (const warning of configWarnings(config)) terminal.err(`warning: ${warning}\n`);
    terminal.err("the config is good\n");
  }
  if (options.flag("print-config") || options.flag("check")) return 0;
  boundMemory();
  let homeserver: Homeserver;
  try {
    homeserver = await createHomeserver(config, { logger: createLogger({ format, level }) });
  } catch (error) {
    throw startFailure(error, config);
  }
  // Where programs read the log, it is all that there is to read.
  if (format === "pretty") greet(terminal, homeserver, config);
  try {
    await Promise.race([untilSignal(), homeserver.ended]);
  } catch (error) {
    throw new CliError("CANNOT_GO_ON", `the server has ended: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  await homeserver.stop();
  return 0;
}

/** Checks the registration files that a config names. @throws {@link CliError} `CANNOT_START`. */
async function checkRegistrations(config: Config): Promise<void> {
  const { loadRegistrations } = await import("@patrix/homeserver");
  try {
    await loadRegistrations(config);
  } catch (error) {
    throw await homeserverFailure(error);
  }
}

function greet(terminal: Terminal, { url, serverName }: Homeserver, { registration, web_client: web }: Config): void {
  const next = registration.enabled
    ? "Register an account with any Matrix client at that address; anyone who reaches it can."
    : "Registration is off; make accounts with registration.shared_secret.";
  terminal.out(`Patrix serves ${serverName} at ${url}\n${next}\n`);
  if (web.path !== undefined) terminal.out(`Web client: ${url}/web/\n`);
}

/** @throws {@link CliError} `CANNOT_START` on a Node that lacks what the server needs. */
function assertNodeVersion(version: string): void {
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
  if (major > 24 || (major === 24 && minor >= 15)) return;
  throw new CliError("CANNOT_START", `the homeserver needs Node 24.15 or newer, and this is ${version}`);
}

/** Waits for Ctrl-C or a request to end; a second one ends the process at once, which loses nothing acknowledged. */
async function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}
