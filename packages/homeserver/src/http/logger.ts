/** What a log line says besides its message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Takes log lines. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** How log lines look: one JSON object each, or text for people. */
export type LogFormat = "json" | "pretty";

/** Writes log lines, to stderr unless told otherwise. */
export function createLogger(
  format: LogFormat = "json",
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Logger {
  const log = (level: string, message: string, fields: LogFields = {}): void => {
    const time = new Date().toISOString();
    const readable = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, printable(value)]));
    if (format === "json") write(`${JSON.stringify({ time, level, message, ...readable })}\n`);
    else write(`${time.slice(11, 19)} ${level.padEnd(5)} ${message}${Object.entries(readable).map(pair).join("")}\n`);
  };
  return {
    info: (message, fields) => log("info", message, fields),
    warn: (message, fields) => log("warn", message, fields),
    error: (message, fields) => log("error", message, fields),
  };
}

/** Drops every line. */
export const silentLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} };

function printable(value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}

function pair([name, value]: [string, unknown]): string {
  return ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;
}
