import { administrationOptions, openAdministration, TOKEN_VARIABLE, tokenDetails } from "../administration/administration.ts";
import type { Command, Invocation } from "../command-line/command.ts";
import { requireRoom } from "../input/require-room.ts";

/** `patrix room block`. */
export const roomBlock: Command = {
  name: "room block",
  summary: "Has a running homeserver let none of its users join rooms or be invited to them, whether it knows the rooms or not",
  operands: "ROOM ...",
  minOperands: 1,
  maxOperands: Number.POSITIVE_INFINITY,
  options: { ...administrationOptions, lift: { type: "boolean", summary: "Lets them be joined again" } },
  examples: [
    { line: `${TOKEN_VARIABLE}=… patrix room block '!abc:example.org'`, does: "blocks a room; those who are in it stay" },
    { line: `${TOKEN_VARIABLE}=… patrix room block --lift '!abc:example.org'`, does: "ends that" },
  ],
  details: tokenDetails,
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { options, operands, terminal } = invocation;
  for (const room of operands) await requireRoom(room);
  const homeserver = await openAdministration(invocation);
  const block = !options.flag("lift");
  for (const room of operands) {
    await homeserver.ask("PUT", `/v1/rooms/${encodeURIComponent(room)}/block`, { block });
    terminal.err(`${room} ${block ? "is blocked" : "can be joined again"}\n`);
  }
  return 0;
}
