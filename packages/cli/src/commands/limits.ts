import type { Command, Invocation } from "../command-line/command.ts";
import type { LimitTable } from "../limits/limit-table.ts";

/** `patrix limits`. */
export const limits: Command = {
  name: "limits",
  summary: "Prints what the homeserver stores and answers at most, and how often",
  operands: "",
  maxOperands: 0,
  options: {
    json: { type: "boolean", summary: "print JSON" },
    markdown: { type: "boolean", summary: "print the page of the documentation" },
  },
  examples: [
    { line: "patrix limits", does: "prints the limits, one a line" },
    { line: "patrix limits --json", does: "prints them for programs" },
  ],
  run,
};

async function run({ options, terminal }: Invocation): Promise<number> {
  const { limitTable, toMarkdown } = await import("../limits/limit-table.ts");
  const table = limitTable();
  if (options.flag("json")) terminal.out(`${JSON.stringify(table, undefined, 2)}\n`);
  else terminal.out(options.flag("markdown") ? toMarkdown(table) : toLines(table));
  return 0;
}

function toLines({ limits: rows, rates }: LimitTable): string {
  const lines = rows.map(({ name, value, what, errcode }) => `${name}: ${value} ${what}${errcode === undefined ? "" : ` (${errcode})`}`);
  const rateLines = rates.map(
    ({ action, per_second: perSecond, burst }) => `${action}: ${perSecond} a second, ${burst} at once (M_LIMIT_EXCEEDED)`,
  );
  return `${[...lines, ...rateLines].join("\n")}\n`;
}
