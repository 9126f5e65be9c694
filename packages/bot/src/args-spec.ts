import { argReaders } from "./arg-values.ts";
import type { ArgTypes } from "./args-types.ts";
import { BotError } from "./errors.ts";

/** One argument of a spec. */
export interface ArgSpec {
  readonly name: string;
  readonly type: keyof ArgTypes;
  readonly optional: boolean;
  /** Whether it takes all that is left of the line. */
  readonly rest: boolean;
}

/** The outcome of reading arguments. */
export type ParsedArgs = { readonly ok: true; readonly args: Record<string, unknown> } | { readonly ok: false; readonly problem: string };

const article = /^(?:<(?<required>[^<>[\]]+)>|\[(?<optional>[^<>[\]]+)\])\s*/;

/**
 * Reads a spec such as `<when:duration> [who:user] <...text>`.
 *
 * @throws {BotError} `BAD_SPEC`.
 */
export function parseArgsSpec(spec: string): readonly ArgSpec[] {
  const args: ArgSpec[] = [];
  let left = spec.trim();
  while (left !== "") {
    const match = article.exec(left);
    const body = match?.groups?.["required"] ?? match?.groups?.["optional"];
    if (!match || body === undefined) throw new BotError("BAD_SPEC", `"${spec}": expected <name>, [name], <name:type> or <...name>`);
    args.push(parseArg(body, match.groups?.["optional"] !== undefined, spec));
    left = left.slice(match[0].length);
  }
  for (const [index, arg] of args.entries()) {
    if (arg.rest && index < args.length - 1) throw new BotError("BAD_SPEC", `"${spec}": only the last argument can take the rest`);
    if (args.findIndex(({ name }) => name === arg.name) !== index) throw new BotError("BAD_SPEC", `"${spec}": ${arg.name} is there twice`);
  }
  return args;
}

function parseArg(body: string, optional: boolean, spec: string): ArgSpec {
  const rest = body.startsWith("...");
  const [name = "", type = "string", ...more] = (rest ? body.slice(3) : body).split(":");
  const isKnown = Object.hasOwn(argReaders, type) && more.length === 0 && !(rest && type !== "string");
  if (!isKnown) throw new BotError("BAD_SPEC", `"${spec}": ${body} has no known type`);
  if (!/^[A-Za-z_]\w*$/.test(name) || name === "__proto__") throw new BotError("BAD_SPEC", `"${spec}": "${name}" is no name`);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- just looked up
  return { name, type: type as keyof ArgTypes, optional, rest };
}

/** How a command is written, for people. */
export function formatUsage(name: string, specs: readonly ArgSpec[]): string {
  const args = specs.map(({ name: arg, type, optional, rest }) => {
    const label = rest ? `${arg}…` : type === "string" ? arg : `${arg}: ${type}`;
    return optional ? `[${label}]` : `<${label}>`;
  });
  return [name, ...args].join(" ");
}

/**
 * Reads the arguments of a line. An optional argument whose type does not fit is skipped where others follow. A word in
 * double quotes may hold spaces.
 */
export function parseArgs(specs: readonly ArgSpec[], line: string): ParsedArgs {
  const args: Record<string, unknown> = {};
  let left = line.trim();
  for (const [index, spec] of specs.entries()) {
    if (spec.rest) {
      if (left === "" && !spec.optional) return { ok: false, problem: `${spec.name} is missing` };
      args[spec.name] = left === "" ? undefined : left;
      return { ok: true, args };
    }
    const { word, after } = takeWord(left);
    const value = word === undefined ? undefined : argReaders[spec.type](word);
    args[spec.name] = value;
    if (value !== undefined) left = after;
    else if (!spec.optional)
      return { ok: false, problem: word === undefined ? `${spec.name} is missing` : `${spec.name} is no ${spec.type}` };
    else if (word !== undefined && index === specs.length - 1) return { ok: false, problem: `${spec.name} is no ${spec.type}` };
  }
  return left === "" ? { ok: true, args } : { ok: false, problem: "there is more than the command takes" };
}

function takeWord(line: string): { word: string | undefined; after: string } {
  if (line === "") return { word: undefined, after: "" };
  const quoted = /^"([^"]*)"(?=\s|$)/.exec(line);
  const [whole = "", inner = whole] = quoted ?? /^\S+/.exec(line) ?? [];
  return { word: quoted ? inner : whole, after: line.slice(whole.length).trimStart() };
}
