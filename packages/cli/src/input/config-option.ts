import type { Config } from "@patrix/homeserver";
import type { CommandOption, Invocation } from "../command-line/command.ts";
import { homeserverFailure } from "../command-line/homeserver-failure.ts";

/** The option that names the config of a homeserver. */
export const configOption: CommandOption = {
  type: "string",
  short: "c",
  value: "FILE",
  summary: "Config file of the homeserver, YAML or JSON. Default: data in ./patrix-data",
};

/** Reads the config that a command is given, with what the environment sets. @throws {@link CliError} `CANNOT_START`. */
export async function readConfig({ options, terminal }: Pick<Invocation, "options" | "terminal">): Promise<Config> {
  const { loadConfig } = await import("@patrix/homeserver");
  try {
    return await loadConfig(options.text("config"), terminal.env);
  } catch (error) {
    throw await homeserverFailure(error);
  }
}
