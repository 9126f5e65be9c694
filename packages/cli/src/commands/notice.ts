import { administrationOptions, openAdministration, TOKEN_VARIABLE, tokenDetails } from "../administration/administration.ts";
import { requireUserId } from "../input/require-user-id.ts";
import type { Command, Invocation } from "../command-line/command.ts";

/** `patrix notice`. */
export const notice: Command = {
  name: "notice",
  summary: "Says something to a user in the name of a running homeserver, in a room that the user cannot reject",
  operands: "USER TEXT",
  minOperands: 2,
  maxOperands: 2,
  options: { ...administrationOptions, json: { type: "boolean", summary: "Prints the answer of the server" } },
  examples: [
    {
      line: `${TOKEN_VARIABLE}=… patrix notice @alice:example.org "The server is away tonight from 10 to 11."`,
      does: "tells Alice",
    },
  ],
  details: `server_notices of the config names the user in whose name the server speaks. ${tokenDetails}`,
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { options, operands, terminal } = invocation;
  const [user = "", text = ""] = operands;
  await requireUserId(user);
  const homeserver = await openAdministration(invocation);
  const content = { msgtype: "m.text", body: text };
  const answer = await homeserver.ask<{ readonly event_id: string }>("POST", "/v1/send_server_notice", { user_id: user, content });
  if (options.flag("json")) terminal.out(`${JSON.stringify(answer)}\n`);
  else terminal.err(`${user} is told\n`);
  return 0;
}
