import type { Command, Invocation } from "../command-line/command.ts";
import { optionalRules, roomVersionOption } from "../input/room-version-option.ts";

/** `patrix validate`. */
export const validate: Command = {
  name: "validate",
  summary: "Checks an event, a PDU, a request or response body or a /sync response",
  operands: "[FILE]",
  maxOperands: 1,
  options: {
    as: {
      type: "string",
      value: "WHAT",
      summary: "An event type, pdu, event, error, or OPERATION.request|response|query|path; guessed if left out",
    },
    "room-version": roomVersionOption,
    lenient: { type: "boolean", summary: "Repairs what peers are known to get wrong and leaves out malformed items of lists, and says so" },
    json: { type: "boolean", summary: "Prints the report as JSON, with a JSON pointer for each problem" },
  },
  examples: [
    { line: "patrix validate event.json", does: "tells what the file holds, and checks it" },
    { line: "patrix validate --as m.room.member content.json", does: "checks an event of the type, or only its content" },
    { line: "curl … /sync | patrix validate --as sync.response --json", does: "checks a response with every event in it" },
    { line: "patrix validate --as pdu --room-version 11 pdu.json", does: "checks a PDU by the rules of its room version" },
  ],
  details:
    "Operations are named by the specification's operation IDs; where two APIs share one, write server-server/OPERATION.request.\nExit code 1 means that the input is invalid.",
  run,
};

async function run({ options, operands, terminal }: Invocation): Promise<number> {
  const rules = optionalRules(options);
  await import("@patrix/api/compile");
  const [{ readInput }, { parseJsonInput, parseSignedInput }, { checkPayload }, { describeReport }] = await Promise.all([
    import("../input/read-input.ts"),
    import("../input/parse-input.ts"),
    import("../validate/check-payload.ts"),
    import("../validate/describe-report.ts"),
  ]);
  const input = await readInput(operands[0], terminal);
  const as = options.text("as");
  const value = as === "pdu" ? parseSignedInput(input, rules) : parseJsonInput(input);
  const report = checkPayload(value, { as, rules, mode: options.flag("lenient") ? "lenient" : "strict" });
  terminal.out(options.flag("json") ? `${JSON.stringify(report, undefined, 2)}\n` : describeReport(input.name, report, terminal));
  return report.valid ? 0 : 1;
}
