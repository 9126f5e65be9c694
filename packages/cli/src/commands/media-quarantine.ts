import { administrationOptions, openAdministration, TOKEN_VARIABLE, tokenDetails } from "../administration/administration.ts";
import { mediaPath } from "../administration/media-uri.ts";
import type { Command, Invocation } from "../command-line/command.ts";

/** `patrix media quarantine`. */
export const mediaQuarantine: Command = {
  name: "media quarantine",
  summary: "Has a running homeserver keep files from everybody, and refuse them when they are uploaded again",
  operands: "URI ...",
  minOperands: 1,
  maxOperands: Number.POSITIVE_INFINITY,
  options: { ...administrationOptions, release: { type: "boolean", summary: "Ends the quarantine" } },
  examples: [
    {
      line: `${TOKEN_VARIABLE}=… patrix media quarantine mxc://example.org/abc`,
      does: "keeps a file from everybody, under every name that it has",
    },
    { line: `${TOKEN_VARIABLE}=… patrix media quarantine --release mxc://example.org/abc`, does: "gives it to everybody again" },
  ],
  details: tokenDetails,
  run,
};

async function run(invocation: Invocation): Promise<number> {
  const { options, operands, terminal } = invocation;
  const paths = await Promise.all(operands.map(mediaPath));
  const homeserver = await openAdministration(invocation);
  const isReleased = options.flag("release");
  for (const [i, path] of paths.entries()) {
    await homeserver.ask("POST", `/v1/media/${isReleased ? "unquarantine" : "quarantine"}/${path}`);
    terminal.err(`${operands[i]} is ${isReleased ? "released" : "in quarantine"}\n`);
  }
  return 0;
}
