import { administrationOptions, openAdministration, TOKEN_VARIABLE, tokenDetails } from "../administration/administration.ts";
import type { Command, Invocation } from "../command-line/command.ts";
import { printable } from "../command-line/terminal.ts";

/** `patrix media usage`. */
export const mediaUsage: Command = {
  name: "media usage",
  summary: "Shows how many files users of a running homeserver have uploaded and how large those are, the most first",
  operands: "",
  maxOperands: 0,
  options: { ...administrationOptions, json: { type: "boolean", summary: "Prints a line of JSON for each user" } },
  examples: [{ line: `${TOKEN_VARIABLE}=… patrix media usage`, does: "lists who takes how much" }],
  details: tokenDetails,
  run,
};

interface UsagePage {
  readonly users: readonly { readonly user_id: string; readonly media_count: number; readonly media_length: number }[];
  readonly next_token?: number;
}

async function run(invocation: Invocation): Promise<number> {
  const { options, terminal } = invocation;
  const homeserver = await openAdministration(invocation);
  for (let from: number | undefined = 0; from !== undefined;) {
    const page: UsagePage = await homeserver.ask("GET", `/v1/statistics/users/media?from=${from}`);
    for (const user of page.users) {
      const files = `${user.media_count} ${user.media_count === 1 ? "file" : "files"}`;
      terminal.out(
        options.flag("json") ? `${JSON.stringify(user)}\n` : `${printable(user.user_id)}: ${files}, ${user.media_length} bytes\n`,
      );
    }
    from = page.next_token;
  }
  return 0;
}
