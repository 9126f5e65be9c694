import type { Command, Invocation } from "../command-line/command.ts";
import { homeserverFailure } from "../command-line/homeserver-failure.ts";
import { progressLine } from "../command-line/progress-line.ts";
import { runInterruptible } from "../command-line/run-interruptible.ts";
import { configOption, readConfig } from "../input/config-option.ts";

/** `patrix restore`. */
export const restoreCommand: Command = {
  name: "restore",
  summary: "Restores a backup of a homeserver to an empty data folder or an empty PostgreSQL database",
  operands: "",
  maxOperands: 0,
  options: {
    config: configOption,
    from: { type: "string", value: "FOLDER", summary: "The folder that patrix backup has written" },
  },
  examples: [
    { line: "patrix restore --config patrix.yaml --from /backups/2026-11-29", does: "restores to where the config says, which is empty" },
  ],
  details:
    "A backup of either engine can be restored to either engine. It is checked against its manifest before anything is written; the database comes last, so a server " +
    "never starts on half of it. Ended early, the same command does it again. Clients stay logged in, and go on with what they know.",
  run,
};

async function run({ options, terminal }: Invocation): Promise<number> {
  const folder = options.requiredText("from", "the folder that patrix backup has written");
  const { restore } = await import("@patrix/homeserver");
  const config = await readConfig({ options, terminal });
  const line = progressLine(terminal);
  try {
    const { manifest } = await runInterruptible("ended early: the same command does it again", (signal) =>
      restore(config, folder, { signal, progress: ({ step, done, of }) => line.show(`restoring, ${step}: ${done} of ${of}`) }),
    );
    line.clear();
    terminal.err(`restored ${manifest.server_name} as it was at ${new Date(manifest.created_ts).toISOString()}\n`);
    return 0;
  } catch (error) {
    line.clear();
    throw await homeserverFailure(error);
  }
}
