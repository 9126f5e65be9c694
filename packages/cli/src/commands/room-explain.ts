import type { RoomExplanation } from "@patrix/homeserver";
import type { Command, Invocation } from "../command-line/command.ts";
import { homeserverFailure } from "../command-line/homeserver-failure.ts";
import { CliError } from "../errors.ts";
import { configOption, readConfig } from "../input/config-option.ts";

/** `patrix room explain`. */
export const roomExplain: Command = {
  name: "room explain",
  summary:
    "Explains why a room of a homeserver has the state that it has: ends of its graph, conflicts, winners and rules, what was put aside",
  operands: "ROOM",
  minOperands: 1,
  maxOperands: 1,
  options: {
    config: configOption,
    at: {
      type: "string",
      value: "EVENT",
      summary: "The state right before this event, and what became of the event. Default: the present state",
    },
    type: { type: "string", value: "TYPE", summary: "Only state of this type; the state itself is shown as well" },
    "state-key": { type: "string", value: "KEY", summary: "Only state with this key; the state itself is shown as well" },
    steps: { type: "boolean", summary: "Also prints the orders in which events were checked, and everything that is in conflict" },
    json: { type: "boolean", summary: "Prints JSON" },
  },
  examples: [
    {
      line: "patrix room explain '#tea:example.org' --config patrix.yaml",
      does: "shows what the branches of the room disagree on, and who won",
    },
    { line: "patrix room explain '!abc:example.org' --type m.room.power_levels --state-key ''", does: "explains one entry of the state" },
    { line: "patrix room explain '!abc:example.org' --at '$event' --json", does: "explains the state before an event, for programs" },
  ],
  details:
    "ROOM is the ID of a room, or an alias of it on this server. The database, SQLite or PostgreSQL, is read as it is at this moment; the server may\nrun meanwhile. Why something was put aside is worked out again, from the state before it and the state that the room has now.",
  run,
};

async function run({ options, operands: [room = ""], terminal }: Invocation): Promise<number> {
  const { explainRoom, ExplainError } = await import("@patrix/homeserver");
  const config = await readConfig({ options, terminal });
  let explanation: RoomExplanation;
  try {
    explanation = await explainRoom(config, room, {
      type: options.text("type"),
      stateKey: options.text("state-key"),
      at: options.text("at"),
    });
  } catch (error) {
    if (error instanceof ExplainError && error.code.endsWith("NOT_FOUND"))
      throw new CliError("INVALID_INPUT", error.message, { cause: error });
    throw await homeserverFailure(error);
  }
  if (options.flag("json")) terminal.out(`${JSON.stringify(explanation, undefined, 2)}\n`);
  else {
    const { describeRoom } = await import("../room/describe-room.ts");
    for (const line of describeRoom(explanation, { terminal, isWhole: options.flag("steps") })) terminal.out(`${line}\n`);
  }
  return 0;
}
