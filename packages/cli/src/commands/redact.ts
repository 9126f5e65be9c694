import type { Command, Invocation } from "../command-line/command.ts";
import { requiredRules, roomVersionOption } from "../input/room-version-option.ts";

/** `patrix redact`. */
export const redact: Command = {
  name: "redact",
  summary: "Prints what redaction leaves of an event",
  operands: "[FILE]",
  maxOperands: 1,
  options: { "room-version": roomVersionOption },
  examples: [{ line: "patrix redact --room-version 11 pdu.json", does: "keeps what the redaction algorithm of room version 11 keeps" }],
  run,
};

async function run({ options, operands, terminal }: Invocation): Promise<number> {
  const rules = requiredRules(options);
  const { readSignedObject } = await import("../input/parse-input.ts");
  const { redact } = await import("@patrix/signatures");
  const { refusedAsInput } = await import("../input/refused-as-input.ts");
  const event = await readSignedObject(operands[0], terminal, rules);
  terminal.out(
    `${JSON.stringify(
      refusedAsInput(() => redact(event, rules)),
      undefined,
      2,
    )}\n`,
  );
  return 0;
}
