import type { Command, Invocation } from "../command-line/command.ts";
import { homeserverFailure } from "../command-line/homeserver-failure.ts";
import { runInterruptible } from "../command-line/run-interruptible.ts";
import type { Terminal } from "../command-line/terminal.ts";

/** `patrix database copy`. */
export const databaseCopy: Command = {
  name: "database copy",
  summary: "Copies the data of a homeserver to another database, SQLite or PostgreSQL",
  operands: "FROM TO",
  minOperands: 2,
  maxOperands: 2,
  options: {},
  examples: [
    {
      line: "patrix database copy sqlite:patrix-data/patrix.db postgres://patrix@/patrix?host=/run/postgresql",
      does: "moves a server to PostgreSQL; then set database.url to the second",
    },
  ],
  details:
    "FROM and TO are as database.url of the config has them. Stop the server first. TO must be empty, or hold a copy that was ended early, which goes on. " +
    "At the end both sides are compared, row by row. Media are in files and stay where they are.",
  run,
};

async function run({ operands, terminal }: Invocation): Promise<number> {
  const { copyDatabase } = await import("@patrix/homeserver");
  const [from = "", to = ""] = operands;
  try {
    const copied = await runInterruptible("ended early: the same command goes on from here", (signal) =>
      copyDatabase(from, to, { progress: progressOn(terminal), signal }),
    );
    const rows = copied.reduce((sum, table) => sum + table.rows, 0);
    for (const { table, rows: count, hash } of copied) terminal.out(`${table}\t${count}\t${hash}\n`);
    terminal.err(`copied and compared: ${copied.length} tables, ${rows} rows, the same on both sides\n`);
    return 0;
  } catch (error) {
    throw await homeserverFailure(error);
  }
}

/** Tells of each table when it begins, and of a large one every hundred thousand rows. */
function progressOn({ err }: Terminal): (progress: { step: string; table: string; rows: number; of: number }) => void {
  let told = "";
  return ({ step, table, rows, of }) => {
    const line = `${step} ${table} ${Math.floor(rows / 100_000)}`;
    if (line === told) return;
    told = line;
    err(`${step === "copy" ? "copying" : "compared"} ${table}: ${rows} of ${of} rows\n`);
  };
}
