/** A line that an IRC server has sent. */
export interface IrcLine {
  /** Who caused it; `undefined` for the server itself. */
  readonly nick: string | undefined;
  /** In capitals, or three digits. */
  readonly command: string;
  readonly params: readonly string[];
}

/** Reads a line; `undefined` if it is none. */
export function parseIrcLine(line: string): IrcLine | undefined {
  const match = /^(?:@\S+ +)?(?::([^\s!@]+)\S* +)?([A-Za-z]+|\d{3})((?: +[^\s:]\S*)*)(?: +:(.*))?\s*$/s.exec(line);
  if (!match) return undefined;
  const [, prefix, command = "", middle = "", trailing] = match;
  const params = [...middle.split(/ +/).filter((param) => param !== ""), ...(trailing === undefined ? [] : [trailing])];
  return { nick: prefix?.includes(".") ? undefined : prefix, command: command.toUpperCase(), params };
}

/** Writes a line; what stands in a parameter can neither end the line nor begin another. */
export function formatIrcLine(command: string, ...params: readonly string[]): string {
  const clean = params.map((param) => param.replaceAll(/[\r\n\0]/g, " "));
  const last = clean.pop();
  return `${[command, ...clean.map((param) => param.replaceAll(" ", "_"))].join(" ")}${last === undefined ? "" : ` :${last}`}\r\n`;
}
