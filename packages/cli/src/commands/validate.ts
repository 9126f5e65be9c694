import type { Command, Invocation } from "../command-line/command.ts";
import { printable, type Terminal } from "../command-line/terminal.ts";
import { CliError } from "../errors.ts";
import { optionalRules, roomVersionOption } from "../input/room-version-option.ts";
import type { Payload } from "../input/read-payloads.ts";
import type { CheckOptions } from "../validate/check-payload.ts";
import type { Report } from "../validate/report.ts";

/** `patrix validate`. */
export const validate: Command = {
  name: "validate",
  summary: "Checks events, PDUs, bodies of requests and responses, and /sync responses",
  operands: "[FILE | FOLDER | PATTERN] ...",
  maxOperands: Infinity,
  options: {
    as: {
      type: "string",
      value: "WHAT",
      summary: "An event type, pdu, event, error, or OPERATION.request|response|query|path; guessed if left out",
    },
    "room-version": roomVersionOption,
    ndjson: { type: "boolean", summary: "Takes each line for a payload, as in files that end in .ndjson or .jsonl" },
    strict: { type: "boolean", summary: "Refuses values that the specification does not list, also where it lets others pass" },
    lenient: { type: "boolean", summary: "Repairs what peers are known to get wrong and leaves out malformed items of lists, and says so" },
    json: {
      type: "boolean",
      summary: "Prints a line of JSON for each payload, with a JSON pointer for each problem, then one with counts",
    },
  },
  examples: [
    { line: "patrix validate event.json", does: "tells what the file holds, and checks it" },
    { line: "patrix validate events/ 'more/*.json'", does: "checks every file of a folder and of a pattern" },
    { line: "patrix validate --as m.room.member content.json", does: "checks an event of the type, or only its content" },
    { line: "curl … /sync | patrix validate --as sync.response --json", does: "checks a response with every event in it" },
    { line: "zcat events.ndjson.gz | patrix validate --ndjson", does: "checks a stream of any length, line by line" },
    { line: "patrix validate --as pdu --room-version 11 pdu.json", does: "checks a PDU by the rules of its room version" },
  ],
  details:
    "Operations are named by the specification's operation IDs; where two APIs share one, write server-server/OPERATION.request.\n" +
    "Exit code 1 means that something is invalid, 2 that something could not be read or told what it is.",
  run,
};

/** What became of one payload. */
type Verdict = { readonly report: Report } | { readonly error: CliError };

async function run({ options, operands, terminal }: Invocation): Promise<number> {
  const rules = optionalRules(options);
  const [strict, lenient] = [options.flag("strict"), options.flag("lenient")];
  if (strict && lenient) throw new CliError("USAGE", "--strict and --lenient exclude each other");
  const checking: CheckOptions = { as: options.text("as"), rules, mode: lenient ? "lenient" : strict ? "closed" : "strict" };
  await import("@patrix/api/compile");
  const [{ readPayloads }, check, tell] = await Promise.all([
    import("../input/read-payloads.ts"),
    loadCheck(checking),
    options.flag("json") ? tellJson : loadTelling(),
  ]);
  const counts = { checked: 0, valid: 0, invalid: 0, failed: 0 };
  for await (const payload of readPayloads(operands, { ndjson: options.flag("ndjson"), terminal })) {
    const verdict = check(payload);
    counts.checked += 1;
    counts[outcomeOf(verdict)] += 1;
    tell(payload, verdict, terminal);
  }
  if (options.flag("json")) terminal.out(`${JSON.stringify({ summary: counts })}\n`);
  else if (counts.checked > 1)
    terminal.out(`${counts.checked} checked: ${counts.valid} valid, ${counts.invalid} invalid, ${counts.failed} not understood\n`);
  return counts.failed > 0 ? 2 : counts.invalid > 0 ? 1 : 0;
}

function outcomeOf(verdict: Verdict): "valid" | "invalid" | "failed" {
  if ("error" in verdict) return verdict.error.exitCode === 1 ? "invalid" : "failed";
  return verdict.report.valid ? "valid" : "invalid";
}

async function loadCheck(options: CheckOptions): Promise<(payload: Payload) => Verdict> {
  const [{ parseJsonInput, parseSignedInput }, { checkPayload }] = await Promise.all([
    import("../input/parse-input.ts"),
    import("../validate/check-payload.ts"),
  ]);
  return ({ name, line, bytes, error }) => {
    if (error || !bytes) return { error: error ?? new CliError("UNREADABLE_INPUT", `${name} has no content`) };
    const input = { name: placeOf({ name, line }), bytes };
    try {
      const value = options.as === "pdu" ? parseSignedInput(input, options.rules) : parseJsonInput(input);
      return { report: checkPayload(value, options) };
    } catch (thrown) {
      // What --as says is wrong for every payload.
      const isAboutAs = thrown instanceof CliError && thrown.code === "USAGE" && options.as !== undefined;
      if (thrown instanceof CliError && !isAboutAs) return { error: thrown };
      throw thrown;
    }
  };
}

function placeOf({ name, line }: Pick<Payload, "name" | "line">): string {
  return line === undefined ? name : `${name}:${line}`;
}

type Tell = (payload: Payload, verdict: Verdict, terminal: Terminal) => void;

const tellJson: Tell = ({ name, line }, verdict, terminal) => {
  const place = line === undefined ? { name } : { name, line };
  const said =
    "report" in verdict
      ? verdict.report
      : { valid: false, issues: [{ pointer: "", message: verdict.error.message }], code: verdict.error.code };
  terminal.out(`${JSON.stringify({ ...place, ...said })}\n`);
};

async function loadTelling(): Promise<Tell> {
  const { describeReport } = await import("../validate/describe-report.ts");
  return (payload, verdict, terminal) => {
    if ("report" in verdict) terminal.out(describeReport(placeOf(payload), verdict.report, terminal));
    else terminal.err(`patrix: ${verdict.error.message.split("\n").map(printable).join("\n")}\n`);
  };
}
