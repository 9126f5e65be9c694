import { openAdministration, TOKEN_VARIABLE, tokenDetails } from "../administration/administration.ts";
import { type BegunPurge, followPurge, purgeOptions, type WouldRemove } from "../administration/follow-purge.ts";
import type { Command, Invocation } from "../command-line/command.ts";
import { confirm } from "../input/confirm.ts";
import { requireRoom } from "../input/require-room.ts";

/** `patrix purge room`. */
export const purgeRoom: Command = {
  name: "purge room",
  summary: "Has a running homeserver put its users out of a room, and remove all that it has stored of it, for good",
  operands: "ROOM",
  minOperands: 1,
  maxOperands: 1,
  options: {
    ...purgeOptions,
    block: { type: "boolean", summary: "Nobody of this homeserver may join it afterwards; patrix room block --lift ends that" },
    message: { type: "string", value: "TEXT", summary: "The reason that those see who are put out" },
  },
  examples: [
    { line: `${TOKEN_VARIABLE}=… patrix purge room '!abc:example.org' --dry-run`, does: "counts what would go" },
    { line: `${TOKEN_VARIABLE}=… patrix purge room '#spam:example.org' --block --yes`, does: "removes a room that nobody is to see again" },
  ],
  details:
    "The room goes on on other servers whose users are in it, and can be joined again there unless it is blocked. Files that were sent into it stay: patrix media removes them.\n" +
    `It goes on after a restart, and where this command is ended. ${tokenDetails}`,
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { options, operands, terminal } = invocation;
  const [room = ""] = operands;
  await requireRoom(room);
  const homeserver = await openAdministration(invocation);
  const ask = (body: object): Promise<BegunPurge> => homeserver.ask("DELETE", `/v2/rooms/${encodeURIComponent(room)}`, body);
  if (options.flag("dry-run")) {
    const { would_remove: found } = await ask({ dry_run: true });
    terminal[options.flag("json") ? "out" : "err"](options.flag("json") ? `${JSON.stringify(found)}\n` : describe(found));
    return 0;
  }
  if (!(await confirm(invocation, `The room ${room} goes from this homeserver for good.`))) return 1;
  const message = options.text("message");
  const { delete_id: id = "" } = await ask({ block: options.flag("block"), ...(message !== undefined && { message }) });
  await followPurge(homeserver, `/v2/rooms/delete_status/${encodeURIComponent(id)}`, invocation);
  return 0;
}

function describe(found: WouldRemove | undefined): string {
  const { events = 0, members = 0, aliases = 0, receipts = 0 } = found ?? {};
  return `${events} events, ${members} memberships, ${aliases} aliases and ${receipts} receipts would be removed\n`;
}
