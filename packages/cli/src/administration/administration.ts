import type { Config } from "@patrix/homeserver";
import type { CommandOption, Invocation } from "../command-line/command.ts";
import { CliError } from "../errors.ts";
import { configOption, readConfig } from "../input/config-option.ts";

/** The variable with an access token of an administrator. */
export const TOKEN_VARIABLE = "PATRIX_ACCESS_TOKEN";
const TIMEOUT_MS = 600_000;

/** The options of every command that asks a running homeserver. */
export const administrationOptions: Readonly<Record<string, CommandOption>> = {
  config: configOption,
  url: { type: "string", value: "URL", summary: "Where the homeserver is; by default the first listener of the config" },
};

/** What the help of every such command says of the token. */
export const tokenDetails: string = `${TOKEN_VARIABLE} is an access token of an administrator of the server: admins of the config names some.`;

/** A running homeserver, asked as an administrator. */
export interface Administration {
  /**
   * Sends a request; the path begins behind `/_synapse/admin`.
   *
   * @throws {@link CliError} `CANNOT_START` with the reason that the server gives.
   */
  ask<Body>(method: string, path: string, body?: object): Promise<Body>;
}

/** Finds the homeserver and the token. @throws {@link CliError} `USAGE`. */
export async function openAdministration({ options, terminal }: Pick<Invocation, "options" | "terminal">): Promise<Administration> {
  const token = terminal.env[TOKEN_VARIABLE] ?? "";
  if (token === "") throw new CliError("USAGE", `set ${TOKEN_VARIABLE} to an access token of an administrator`);
  const base = options.text("url") ?? urlOf(await readConfig({ options, terminal }));
  return {
    async ask<Body>(method: string, path: string, body?: object): Promise<Body> {
      const headers = { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) };
      const response = await send(base, path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      const answer: unknown = await response.json().catch(() => ({}));
      if (!response.ok) throw new CliError("CANNOT_START", `${base} answered with ${response.status}: ${reasonOf(answer)}`);
      // What the server of the same release answers.
      return answer as Body;
    },
  };
}

async function send(base: string, path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(`/_synapse/admin${path}`, base), { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (cause) {
    throw new CliError("CANNOT_START", `${base} does not answer: is the server running? --url says where it is`, { cause });
  }
}

function reasonOf(answer: unknown): string {
  const { error } = (answer ?? {}) as { readonly error?: unknown };
  return typeof error === "string" ? error : "no reason is given";
}

/** The first place where the homeserver serves administrators. */
function urlOf({ listeners }: Config): string {
  const listener = listeners.find(({ resources }) => !resources || resources.includes("admin"));
  if (!listener) throw new CliError("USAGE", "no listener of the config serves administrators: --url says where one does");
  const { host, port, tls } = listener;
  const address = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return `${tls ? "https" : "http"}://${address.includes(":") ? `[${address}]` : address}:${port}`;
}
