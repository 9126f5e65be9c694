import type { Command, Invocation } from "../command-line/command.ts";
import { colour, printable } from "../command-line/terminal.ts";
import { optionalRules, roomVersionOption } from "../input/room-version-option.ts";

/** `patrix auth check`. */
export const authCheck: Command = {
  name: "auth check",
  summary: "Checks the events of a room by the authorization rules, and names the rule",
  operands: "[ROOM]",
  maxOperands: 1,
  options: {
    event: { type: "string", short: "e", value: "EVENT_ID", summary: "Tells of this event only" },
    "room-version": { ...roomVersionOption, summary: "Default: as the m.room.create event says" },
    json: { type: "boolean", summary: "Prints JSON" },
  },
  examples: [
    { line: "patrix auth check room.json", does: "prints allowed or rejected for each event, with the number of the deciding rule" },
  ],
  details: "ROOM is a JSON list of PDUs, or {pdus, roomVersion}. Signatures are not verified; that is patrix verify.",
  run,
};

async function run({ options, operands, terminal }: Invocation): Promise<number> {
  const given = optionalRules(options);
  const { readInput } = await import("../input/read-input.ts");
  const { parseJsonInput } = await import("../input/parse-input.ts");
  const { readRoom } = await import("../room/read-room.ts");
  const { replayRoom } = await import("../room/replay-room.ts");
  const { CliError } = await import("../errors.ts");
  const room = readRoom(parseJsonInput(await readInput(operands[0], terminal)), given);
  const only = options.text("event");
  const { outcomes } = replayRoom({ ...room, stateMaps: undefined }, false);
  const told = outcomes.filter(({ event }) => only === undefined || event.event_id === only);
  if (told.length === 0) throw new CliError("USAGE", `the event ${only ?? ""} is not in the file`);
  if (options.flag("json")) {
    terminal.out(
      `${JSON.stringify(
        told.map(({ event, outcome }) => ({ ...outcome, eventId: event.event_id, type: event.type })),
        undefined,
        2,
      )}\n`,
    );
  } else {
    for (const { event, outcome } of told) {
      const verdict = outcome.outcome === "allowed" ? colour(terminal, "green", "allowed ") : colour(terminal, "red", "rejected");
      const why = outcome.outcome === "allowed" ? (outcome.rule ?? "") : `${outcome.rule} ${outcome.reason}`;
      terminal.out(`${verdict} ${printable(`${event.event_id} ${event.type}`)}  ${why}\n`);
    }
  }
  return told.every(({ outcome }) => outcome.outcome === "allowed") ? 0 : 1;
}
