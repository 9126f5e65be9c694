import type { Command, Invocation } from "../command-line/command.ts";
import { printable, type Terminal } from "../command-line/terminal.ts";
import { optionalRules, roomVersionOption } from "../input/room-version-option.ts";

/** `patrix state resolve`. */
export const stateResolve: Command = {
  name: "state resolve",
  summary: "Resolves the state of a forked room",
  operands: "[ROOM]",
  maxOperands: 1,
  options: {
    "room-version": { ...roomVersionOption, summary: "Default: as the m.room.create event says" },
    explain: { type: "boolean", summary: "Also prints every step: conflicts, orders, checks" },
    dot: { type: "boolean", summary: "Draws the conflicted events for Graphviz instead" },
    mermaid: { type: "boolean", summary: "Draws them for Mermaid instead" },
    json: { type: "boolean", summary: "Prints JSON" },
  },
  examples: [
    { line: "patrix state resolve room.json", does: "prints type, state key and event ID of the resolved state" },
    { line: "patrix state resolve --dot room.json | dot -Tsvg > room.svg", does: "draws why" },
  ],
  details:
    "ROOM is a JSON list of PDUs, or {pdus, stateMaps: [[event ID, ...], ...], roomVersion}. Without stateMaps all forks are followed to\ntheir ends, with each event checked on the way.",
  run,
};

async function run({ options, operands, terminal }: Invocation): Promise<number> {
  const given = optionalRules(options);
  const { readInput } = await import("../input/read-input.ts");
  const { parseJsonInput } = await import("../input/parse-input.ts");
  const { readRoom } = await import("../room/read-room.ts");
  const { replayRoom, resolveGivenStates } = await import("../room/replay-room.ts");
  const { toDot, toMermaid } = await import("@patrix/state-res");
  const room = readRoom(parseJsonInput(await readInput(operands[0], terminal)), given);
  const wantsDrawing = options.flag("dot") || options.flag("mermaid");
  const explain = options.flag("explain") || wantsDrawing;
  const { stateMaps } = room;
  const { state, explanation } = stateMaps === undefined ? replayRoom(room, explain) : resolveGivenStates(room, stateMaps, explain);
  const rows = [...state].flatMap(([type, inner]) => [...inner].map(([stateKey, eventId]) => ({ type, stateKey, eventId })));
  if (wantsDrawing && explanation !== undefined) terminal.out((options.flag("dot") ? toDot : toMermaid)(explanation));
  else if (options.flag("json"))
    terminal.out(`${JSON.stringify({ roomVersion: room.rules.id, state: rows, explanation }, mapsAsObjects, 2)}\n`);
  else printState(terminal, rows, explanation);
  return 0;
}

type Explained = Awaited<ReturnType<(typeof import("../room/replay-room.ts"))["replayRoom"]>>["explanation"];

function printState(
  terminal: Terminal,
  rows: readonly { type: string; stateKey: string; eventId: string }[],
  explanation: Explained,
): void {
  for (const { type, stateKey, eventId } of rows) terminal.out(`${[type, stateKey, eventId].map(printable).join("\t")}\n`);
  if (explanation === undefined) return;
  const line = (text: string): void => terminal.out(`${printable(text)}\n`);
  terminal.out(`\nState resolution ${explanation.algorithm} of room version ${explanation.roomVersion}\n`);
  line(`conflicted: ${explanation.conflicted.join(" ") || "nothing"}`);
  line(`auth difference: ${explanation.authDifference.join(" ") || "nothing"}`);
  for (const { eventId, because } of [...explanation.powerEvents, ...explanation.otherEvents]) {
    line(`  ${eventId}${because === undefined ? "" : `  ${because.text}`}`);
  }
  for (const { eventId, outcome } of explanation.checks) {
    line(`${outcome.outcome} ${eventId}${outcome.outcome === "rejected" ? `  ${outcome.rule}: ${outcome.reason}` : ""}`);
  }
}

/** Maps have no JSON of their own. */
function mapsAsObjects(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}
