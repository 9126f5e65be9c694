import { setTimeout as sleep } from "node:timers/promises";
import type { CommandOption, Invocation } from "../command-line/command.ts";
import { progressLine } from "../command-line/progress-line.ts";
import { runInterruptible } from "../command-line/run-interruptible.ts";
import { CliError } from "../errors.ts";
import { yesOption } from "../input/confirm.ts";
import { administrationOptions, type Administration } from "./administration.ts";

/** How often it is asked how far it is, in milliseconds. */
const ASK_INTERVAL_MS = 250;

/** The options of commands that have something removed for good. */
export const purgeOptions: Readonly<Record<string, CommandOption>> = {
  ...administrationOptions,
  "dry-run": { type: "boolean", summary: "Only says how much would go" },
  yes: yesOption,
  json: { type: "boolean", summary: "Prints JSON" },
};

/** What a purge would remove, as the server says. */
export interface WouldRemove {
  readonly events: number;
  readonly members: number;
  readonly aliases: number;
  readonly receipts: number;
}

/** What the server answers to the request for a purge. */
export interface BegunPurge {
  readonly purge_id?: string;
  readonly delete_id?: string;
  readonly would_remove?: WouldRemove;
}

interface Status {
  readonly status: string;
  readonly removed_events: number;
  readonly error?: string;
}

/**
 * Follows a purge to its end; one that is no longer followed goes on.
 *
 * @param path - Where its status is.
 * @throws {@link CliError} `CANNOT_GO_ON` if it failed, or is no longer followed.
 */
export async function followPurge(
  homeserver: Administration,
  path: string,
  { terminal, options }: Pick<Invocation, "terminal" | "options">,
): Promise<void> {
  const line = progressLine(terminal);
  try {
    const { error, ...done } = await runInterruptible("it goes on in the homeserver", async (signal) => {
      for (;;) {
        const status = await homeserver.ask<Status>("GET", path);
        if (status.status === "complete" || status.status === "failed") return status;
        line.show(status.status === "waiting" ? "waiting for another one" : `${status.removed_events} events are removed`);
        await sleep(ASK_INTERVAL_MS, undefined, { signal });
      }
    });
    line.clear();
    if (error !== undefined) throw new CliError("CANNOT_GO_ON", `it failed, and the log of the homeserver says more: ${error}`);
    if (options.flag("json")) terminal.out(`${JSON.stringify(done)}\n`);
    else terminal.err(`${done.removed_events} ${done.removed_events === 1 ? "event" : "events"} removed\n`);
  } finally {
    line.clear();
  }
}
