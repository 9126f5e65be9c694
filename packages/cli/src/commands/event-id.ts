import type { Command, Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";
import { requiredRules, roomVersionOption } from "../input/room-version-option.ts";

/** `patrix event-id`. */
export const eventIdCommand: Command = {
  name: "event-id",
  summary: "Prints the event ID of a PDU",
  operands: "[FILE]",
  maxOperands: 1,
  options: { "room-version": roomVersionOption },
  examples: [{ line: "patrix event-id --room-version 11 pdu.json", does: "prints $ and the reference hash" }],
  run,
};

async function run({ options, operands, terminal }: Invocation): Promise<number> {
  const rules = requiredRules(options);
  const { readSignedObject } = await import("../input/parse-input.ts");
  const { eventId } = await import("@patrix/signatures");
  const { refusedAsInput } = await import("../input/refused-as-input.ts");
  const event = await readSignedObject(operands[0], terminal, rules);
  if (event["type"] === undefined) throw new CliError("INVALID_INPUT", "this is not a PDU: it has no type");
  terminal.out(`${refusedAsInput(() => eventId(event, rules))}\n`);
  return 0;
}
