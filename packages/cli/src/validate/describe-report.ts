import { colour, printable, type Terminal } from "../command-line/terminal.ts";
import type { Report } from "./report.ts";

const MAX_LINES = 50;

/** Prints a report for people. */
export function describeReport(name: string, report: Report, terminal: Terminal): string {
  const { as, valid, issues, ignored, repaired, events, unknownEvents } = report;
  const verdict = valid ? colour(terminal, "green", "valid") : colour(terminal, "red", `invalid, ${count(issues.length, "problem")}`);
  const counted = events > 1 ? `, ${count(events, "event")} looked into` : "";
  const unknown = unknownEvents > 0 ? `, ${count(unknownEvents, "event")} of an undeclared type` : "";
  const lines = issues
    .slice(0, MAX_LINES)
    .map((issue) => `  ${colour(terminal, "bold", printable(issue.pointer || "/"))}  ${printable(issue.message)}`);
  if (issues.length > MAX_LINES) lines.push(`  and ${issues.length - MAX_LINES} more; --json lists them all`);
  const remarks = ignored
    .slice(0, MAX_LINES)
    .map(({ pointer, message }) => `  ${printable(`${pointer}  ${message}`)} ${colour(terminal, "dim", "(readers ignore this)")}`);
  const repairs = repaired
    .slice(0, MAX_LINES)
    .map(
      ({ pointer, rule }) =>
        `  ${printable(`${pointer || "/"}  is not as it should be`)} ${colour(terminal, "dim", `(readers repair this: ${rule})`)}`,
    );
  return `${[`${name}: ${verdict} as ${printable(as)}${counted}${unknown}`, ...lines, ...remarks, ...repairs].join("\n")}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
