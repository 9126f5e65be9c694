import type { Command, Invocation } from "../command-line/command.ts";
import { homeserverFailure } from "../command-line/homeserver-failure.ts";
import { progressLine } from "../command-line/progress-line.ts";
import { runInterruptible } from "../command-line/run-interruptible.ts";
import { configOption, readConfig } from "../input/config-option.ts";

/** `patrix backup`. */
export const backup: Command = {
  name: "backup",
  summary: "Writes a backup of a homeserver, which may run meanwhile, to a folder",
  operands: "",
  maxOperands: 0,
  options: {
    config: configOption,
    to: { type: "string", value: "FOLDER", summary: "The folder of the backup, which is empty or not there" },
  },
  examples: [
    { line: "patrix backup --config patrix.yaml --to /backups/2026-11-29", does: "backs up a server on SQLite or PostgreSQL" },
    { line: "patrix database check --database sqlite:/backups/2026-11-29/patrix.db", does: "checks what is in the backup" },
  ],
  details:
    "A backup has the database as one SQLite file, whatever engine the server uses, the media, the signing key, and a manifest with counts and hashes. It is as " +
    "the server was at one moment. Until it is whole it stands beside FOLDER, under a name that ends in .unfinished- and some letters.\n" +
    "It holds the keys and messages of everybody: keep it where nobody else can read it.",
  run,
};

async function run({ options, terminal }: Invocation): Promise<number> {
  const folder = options.requiredText("to", "the folder of the backup");
  const { backUp } = await import("@patrix/homeserver");
  const config = await readConfig({ options, terminal });
  const line = progressLine(terminal);
  try {
    const {
      media,
      database,
      server_name: serverName,
    } = await runInterruptible("ended early: there is no backup", (signal) =>
      backUp(config, folder, { signal, progress: ({ step, done, of }) => line.show(`backing up, ${step}: ${done} of ${of}`) }),
    );
    line.clear();
    const rows = Object.values(database.tables).reduce((sum, table) => sum + table.rows, 0);
    terminal.err(`backed up ${serverName} to ${folder}: ${rows} rows, ${media.files} files of media\n`);
    if (media.missing.length > 0)
      terminal.err(`${media.missing.length} files of media were missing or damaged; patrix database check names the missing ones\n`);
    return 0;
  } catch (error) {
    line.clear();
    throw await homeserverFailure(error);
  }
}
