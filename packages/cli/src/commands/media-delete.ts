import { administrationOptions, openAdministration, TOKEN_VARIABLE, tokenDetails } from "../administration/administration.ts";
import { mediaPath } from "../administration/media-uri.ts";
import type { Command, Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";

const DAY_MS = 86_400_000;

/** `patrix media delete`. */
export const mediaDelete: Command = {
  name: "media delete",
  summary: "Has a running homeserver remove files for good: those that are named, or all that nobody has asked for in so many days",
  operands: "[URI ...]",
  maxOperands: Number.POSITIVE_INFINITY,
  options: {
    ...administrationOptions,
    "unused-days": { type: "string", value: "N", summary: "All files that nobody has asked for in N days; avatars of users stay" },
    remote: {
      type: "boolean",
      summary: "With --unused-days: only copies of files of other servers, which are fetched again when they are asked for",
    },
    "dry-run": { type: "boolean", summary: "With --unused-days: only says what would go" },
  },
  examples: [
    { line: `${TOKEN_VARIABLE}=… patrix media delete --unused-days 90 --remote`, does: "makes room on the disk; nothing is lost" },
    { line: `${TOKEN_VARIABLE}=… patrix media delete --unused-days 365 --dry-run`, does: "lists what nobody has asked for in a year" },
    { line: `${TOKEN_VARIABLE}=… patrix media delete mxc://example.org/abc`, does: "removes one file" },
  ],
  details: `Images that rooms show as their avatars count as any other file. ${tokenDetails}`,
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { options, operands, terminal } = invocation;
  const days = options.text("unused-days");
  if ((days === undefined) === (operands.length === 0)) throw new CliError("USAGE", "name files, or say --unused-days N");
  if (days === undefined) {
    if (options.flag("remote") || options.flag("dry-run")) throw new CliError("USAGE", "--remote and --dry-run go with --unused-days");
    const paths = await Promise.all(operands.map(mediaPath));
    const homeserver = await openAdministration(invocation);
    for (const [i, path] of paths.entries()) {
      await homeserver.ask("DELETE", `/v1/media/${path}`);
      terminal.err(`${operands[i]} is removed\n`);
    }
    return 0;
  }
  if (!/^\d{1,5}$/.test(days)) throw new CliError("USAGE", "--unused-days: expected a number of days");
  await removeUnused(invocation, Date.now() - Number(days) * DAY_MS);
  return 0;
}

async function removeUnused(invocation: Invocation, beforeTs: number): Promise<void> {
  const { options, terminal } = invocation;
  const homeserver = await openAdministration(invocation);
  const told = (count: number, what: string): void => terminal.err(`${count} ${count === 1 ? "file" : "files"} ${what}\n`);
  if (options.flag("remote")) {
    if (options.flag("dry-run")) throw new CliError("USAGE", "--dry-run does not go with --remote: what is removed is fetched again");
    const { deleted } = await homeserver.ask<{ readonly deleted: number }>("POST", `/v1/purge_media_cache?before_ts=${beforeTs}`);
    return told(deleted, "removed");
  }
  const isDry = options.flag("dry-run");
  const { deleted_media: files } = await homeserver.ask<{ readonly deleted_media: readonly string[] }>(
    "POST",
    `/v1/media/delete?before_ts=${beforeTs}&dry_run=${isDry}`,
  );
  for (const file of files) terminal.out(`${file}\n`);
  told(files.length, isDry ? "would be removed" : "removed");
}
