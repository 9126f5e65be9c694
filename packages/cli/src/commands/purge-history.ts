import { openAdministration, TOKEN_VARIABLE, tokenDetails } from "../administration/administration.ts";
import { type BegunPurge, followPurge, purgeOptions } from "../administration/follow-purge.ts";
import type { Command, Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";
import { confirm } from "../input/confirm.ts";
import { requireRoom } from "../input/require-room.ts";

/** `patrix purge history`. */
export const purgeHistory: Command = {
  name: "purge history",
  summary: "Has a running homeserver remove the messages of a room up to a time or an event, for good; its state stays",
  operands: "ROOM",
  minOperands: 1,
  maxOperands: 1,
  options: {
    ...purgeOptions,
    before: {
      type: "string",
      value: "DATE|EVENT",
      summary: "What was sent before this, such as 2026-01-31, 2026-01-31T12:00Z or an event ID",
    },
  },
  examples: [
    { line: `${TOKEN_VARIABLE}=… patrix purge history '#tea:example.org' --before 2026-01-01 --dry-run`, does: "counts what would go" },
    {
      line: `${TOKEN_VARIABLE}=… patrix purge history '!abc:example.org' --before '$event' --yes`,
      does: "removes what comes before an event",
    },
  ],
  details:
    "A date without a time zone is one of UTC. Removed are the messages that this homeserver has stored, of its own users as well; other servers keep theirs.\n" +
    `It goes on after a restart, and where this command is ended. ${tokenDetails}`,
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { options, operands, terminal } = invocation;
  const [room = ""] = operands;
  const before = options.requiredText("before", "up to where history is to go");
  await requireRoom(room);
  const end = before.startsWith("$") ? { purge_up_to_event_id: before } : { purge_up_to_ts: parseTime(before) };
  const homeserver = await openAdministration(invocation);
  const ask = (more: object): Promise<BegunPurge> =>
    homeserver.ask("POST", `/v1/purge_history/${encodeURIComponent(room)}`, { ...end, delete_local_events: true, ...more });
  if (options.flag("dry-run")) {
    const { would_remove: found } = await ask({ dry_run: true });
    if (options.flag("json")) terminal.out(`${JSON.stringify({ events: found?.events ?? 0 })}\n`);
    else terminal.err(`${found?.events ?? 0} events would be removed\n`);
    return 0;
  }
  if (!(await confirm(invocation, `Everything that was said in ${room} before ${before} goes for good.`))) return 1;
  const { purge_id: id = "" } = await ask({});
  await followPurge(homeserver, `/v1/purge_history_status/${encodeURIComponent(id)}`, invocation);
  return 0;
}

/** Reads a date, in UTC unless it says otherwise. @throws {@link CliError} `USAGE`. */
function parseTime(text: string): number {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const [, day = "", time = "00:00", zone = "Z"] = parts ?? [];
  const ts = parts ? Date.parse(`${day}T${time}${zone}`) : Number.NaN;
  if (Number.isNaN(ts))
    throw new CliError("USAGE", "--before: expected a date, such as 2026-01-31 or 2026-01-31T12:00Z, or the ID of an event");
  return ts;
}
