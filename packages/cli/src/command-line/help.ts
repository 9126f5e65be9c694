import type { Command, CommandOption } from "./command.ts";

/** The name of the program in messages and help. */
export const PROGRAM = "patrix";

/** The overview of all commands. */
export function overviewHelp(commands: readonly Command[], version: string): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    `${PROGRAM} ${version} – the Matrix protocol at hand`,
    "",
    `Usage: ${PROGRAM} COMMAND [OPTION ...] [FILE]`,
    "",
    ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    "",
    `${PROGRAM} COMMAND --help explains one; ${PROGRAM} admin COMMAND is the same. Where FILE is left out or is -, standard input is read.`,
    "Exit codes: 0 all is well, 1 the input was found invalid, 2 the command could not do its work.",
    "",
  ].join("\n");
}

/** The help of one command. */
export function commandHelp({ name, summary, operands, options, examples, details }: Command): string {
  const rows = [...Object.entries(options), ["help", { type: "boolean", short: "h", summary: "Shows this" }] as const].map(
    ([option, declaration]) => [optionSyntax(option, declaration), declaration.summary] as const,
  );
  const width = Math.max(...rows.map(([syntax]) => syntax.length));
  return [
    `${summary}.`,
    "",
    `Usage: ${PROGRAM} ${name} [OPTION ...] ${operands}`.trimEnd(),
    ...(details === undefined ? [] : ["", details]),
    "",
    "Options:",
    ...rows.map(([syntax, text]) => `  ${syntax.padEnd(width)}  ${text}`),
    "",
    examples.length === 1 ? "Example:" : "Examples:",
    ...examples.flatMap(({ line, does }) => [`  ${line}`, `      ${does}`]),
    "",
  ].join("\n");
}

function optionSyntax(name: string, { type, short, value }: CommandOption): string {
  return `${short === undefined ? "    " : `-${short}, `}--${name}${type === "string" ? ` ${value ?? "TEXT"}` : ""}`;
}
