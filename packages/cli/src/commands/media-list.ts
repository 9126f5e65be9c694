import { administrationOptions, openAdministration, TOKEN_VARIABLE, tokenDetails } from "../administration/administration.ts";
import { requireUserId } from "../input/require-user-id.ts";
import type { Command, Invocation } from "../command-line/command.ts";
import { printable } from "../command-line/terminal.ts";

/** `patrix media list`. */
export const mediaList: Command = {
  name: "media list",
  summary: "Shows the files that a user of a running homeserver has uploaded, the newest first",
  operands: "USER",
  minOperands: 1,
  maxOperands: 1,
  options: { ...administrationOptions, json: { type: "boolean", summary: "Prints a line of JSON for each file" } },
  examples: [
    { line: `${TOKEN_VARIABLE}=… patrix media list @alice:example.org --json`, does: "lists what Alice has uploaded, for programs" },
  ],
  details: tokenDetails,
  run,
};

interface ListedFile {
  readonly media_id: string;
  readonly media_type: string | null;
  readonly media_length: number | null;
  readonly upload_name: string | null;
  readonly created_ts: number;
  readonly quarantined: boolean;
}

async function run(invocation: Invocation): Promise<number> {
  const { options, operands, terminal } = invocation;
  const [user = ""] = operands;
  await requireUserId(user);
  const homeserver = await openAdministration(invocation);
  const server = user.slice(user.indexOf(":") + 1);
  for (let from: number | undefined = 0; from !== undefined;) {
    const page: { readonly media: readonly ListedFile[]; readonly next_token?: number } = await homeserver.ask(
      "GET",
      `/v1/users/${encodeURIComponent(user)}/media?from=${from}`,
    );
    for (const file of page.media) terminal.out(options.flag("json") ? `${JSON.stringify(file)}\n` : `${describe(server, file)}\n`);
    from = page.next_token;
  }
  return 0;
}

function describe(server: string, file: ListedFile): string {
  const what = file.media_length === null ? "not uploaded yet" : `${file.media_type ?? "of no type"}, ${file.media_length} bytes`;
  const name = file.upload_name === null ? "" : `, ${printable(file.upload_name)}`;
  const state = file.quarantined ? ", in quarantine" : "";
  return `mxc://${server}/${file.media_id} ${new Date(file.created_ts).toISOString()} ${printable(what)}${name}${state}`;
}
