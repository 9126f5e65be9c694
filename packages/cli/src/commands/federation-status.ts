import type { DestinationStatus } from "@patrix/homeserver";
import type { Command, Invocation } from "../command-line/command.ts";
import { homeserverFailure } from "../command-line/homeserver-failure.ts";
import { colour, printable, type Terminal } from "../command-line/terminal.ts";
import { configOption, readConfig } from "../input/config-option.ts";

/** `patrix federation status`. */
export const federationStatusCommand: Command = {
  name: "federation status",
  summary: "Shows the servers that a homeserver sends to: whether they answer, and what waits for them",
  operands: "[NAME]",
  maxOperands: 1,
  options: {
    config: configOption,
    failing: { type: "boolean", summary: "Only servers that do not answer" },
    json: { type: "boolean", summary: "Prints a line of JSON for each server" },
  },
  examples: [
    { line: "patrix federation status --failing", does: "lists the servers that do not answer, and when they are tried again" },
    { line: "patrix federation status matrix.org --json", does: "shows those whose names begin so, for programs" },
  ],
  details:
    "The database, SQLite or PostgreSQL, is read as it is at this moment; the server may run meanwhile. Events that wait are not counted: a server that answers again gets them from the rooms.\n" +
    "Exit code 1 means that a server does not answer.",
  run,
};

async function run({ options, operands: [prefix = ""], terminal }: Invocation): Promise<number> {
  const { federationStatus } = await import("@patrix/homeserver");
  const config = await readConfig({ options, terminal });
  let [count, failing] = [0, 0];
  try {
    for await (const status of federationStatus(config, prefix)) {
      count++;
      if (status.failures > 0) failing++;
      else if (options.flag("failing")) continue;
      terminal.out(options.flag("json") ? `${JSON.stringify(status)}\n` : describe(status, terminal));
    }
  } catch (error) {
    throw await homeserverFailure(error);
  }
  if (!options.flag("json")) terminal.err(`${count} ${count === 1 ? "server" : "servers"}, ${failing} of them do not answer\n`);
  return failing === 0 ? 0 : 1;
}

function describe({ server, failures, retryTs, waiting, waitingBytes, rooms }: DestinationStatus, terminal: Terminal): string {
  const state =
    retryTs === undefined
      ? colour(terminal, "green", "answers")
      : colour(terminal, "red", `failed ${failures} times, tried again after ${new Date(retryTs).toISOString()}`);
  const waits = waiting === 0 ? "" : `, ${waiting} messages to devices wait (${waitingBytes} bytes)`;
  return `${printable(server)}: ${state}, ${rooms} ${rooms === 1 ? "room" : "rooms"}${waits}\n`;
}
