import type { CommandOption } from "../command-line/command.ts";

/** The options of every command that talks to other servers. */
export const federationOptions: Readonly<Record<string, CommandOption>> = {
  "allow-private": { type: "boolean", summary: "Also connects to private addresses, such as localhost" },
  ca: { type: "string", multiple: true, value: "FILE", summary: "A certificate authority to trust as well, in PEM; may be repeated" },
};
