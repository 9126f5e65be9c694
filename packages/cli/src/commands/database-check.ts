import type { CheckSummary, Config, Finding } from "@patrix/homeserver";
import type { Command, Invocation } from "../command-line/command.ts";
import { homeserverFailure } from "../command-line/homeserver-failure.ts";
import { progressLine } from "../command-line/progress-line.ts";
import { runInterruptible } from "../command-line/run-interruptible.ts";
import { colour, printable, type Terminal } from "../command-line/terminal.ts";
import { CliError } from "../errors.ts";
import { configOption, readConfig } from "../input/config-option.ts";

/** `patrix database check`. */
export const databaseCheck: Command = {
  name: "database check",
  summary: "Checks the data of a homeserver: references, hashes, states, positions and files of media",
  operands: "",
  maxOperands: 0,
  options: {
    config: configOption,
    database: { type: "string", value: "URL", summary: "A database instead, as database.url of the config has it; media are left out" },
    json: { type: "boolean", summary: "Prints a line of JSON for each finding, then one with counts" },
  },
  examples: [
    { line: "patrix database check --config patrix.yaml", does: "checks the database and the media of a server" },
    { line: "patrix database check --database sqlite:copy/patrix.db --json", does: "checks a file, for programs" },
  ],
  details:
    "The database, SQLite or PostgreSQL, is read as it is at one moment; the server may run meanwhile, and nothing is changed. Each finding names table and key.\n" +
    "Exit code 1 means that something was found, 2 that the database could not be checked.",
  run,
};

async function run({ options, terminal }: Invocation): Promise<number> {
  const { checkDatabase } = await import("@patrix/homeserver");
  const url = options.text("database");
  if (url !== undefined && options.text("config") !== undefined) throw new CliError("USAGE", "--config and --database exclude each other");
  const isJson = options.flag("json");
  const line = progressLine(terminal);
  const found = (finding: Finding): void => {
    line.clear();
    terminal.out(isJson ? `${JSON.stringify(finding)}\n` : describeFinding(finding, terminal));
  };
  try {
    const config = url === undefined ? await readConfig({ options, terminal }) : await configOf(url);
    const summary = await runInterruptible("ended early: not everything was checked", (signal) =>
      checkDatabase(config, {
        checksMedia: url === undefined,
        found,
        signal,
        progress: ({ step, done, of }) => line.show(`checking ${step}: ${done} of ${of}`),
      }),
    );
    line.clear();
    if (isJson) terminal.out(`${JSON.stringify({ summary })}\n`);
    else terminal.err(describeSummary(summary));
    return summary.findings === 0 ? 0 : 1;
  } catch (error) {
    line.clear();
    throw await homeserverFailure(error);
  }
}

async function configOf(url: string): Promise<Config> {
  const { parseConfig } = await import("@patrix/homeserver");
  return parseConfig({ database: { url } });
}

function describeFinding({ table, key, message }: Finding, terminal: Terminal): string {
  const place = Object.entries(key).map(([column, value]) => `${column}=${String(value)}`);
  return `${colour(terminal, "red", printable([table, ...place].join(" ").trim() || "database"))}: ${printable(message)}\n`;
}

function describeSummary({ serverName, rows, findings, uncheckedEvents, hasCheckedMedia, unnamedFiles, isComplete }: CheckSummary): string {
  const count = Object.values(rows).reduce((sum, each) => sum + each, 0);
  const notes = [
    ...(uncheckedEvents > 0 ? [`the hashes of ${uncheckedEvents} events are of room versions that this release does not know`] : []),
    ...(isComplete ? [] : ["the files of the database are damaged, so nothing else was looked at: restore a backup"]),
    ...(unnamedFiles > 0
      ? [`${unnamedFiles} files of media are named by nothing: of uploads under way, or left by a crash; they do no harm`]
      : []),
    ...(hasCheckedMedia || !isComplete ? [] : ["files of media were not looked at; --config says where they are"]),
  ];
  const total = `checked ${serverName}: ${Object.keys(rows).length} tables, ${count} rows, ${findings} ${findings === 1 ? "finding" : "findings"}`;
  return [total, ...notes].map((text) => `${text}\n`).join("");
}
