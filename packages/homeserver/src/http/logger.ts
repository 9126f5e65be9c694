/** What a log line says besides its message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** How much a log line matters, from the least. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Every {@link LogLevel}, from the least. */
export const logLevels: readonly LogLevel[] = ["debug", "info", "warn", "error"];

/** Takes log lines. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** How log lines look: one JSON object each, or text for people. */
export type LogFormat = "json" | "pretty";

/** Options of {@link createLogger}. */
export interface LoggerOptions {
  /** Default: `json`. */
  readonly format?: LogFormat | undefined;
  /** The least that is written. Default: `info`. */
  readonly level?: LogLevel | undefined;
  /** Default: to stderr. */
  readonly write?: ((line: string) => void) | undefined;
}

/** Writes log lines. */
export function createLogger({ format = "json", level: least = "info", write = toStderr }: LoggerOptions = {}): Logger {
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      const time = new Date().toISOString();
      const readable = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, printable(value)]));
      if (format === "json") write(`${JSON.stringify({ time, level, message, ...readable })}\n`);
      else write(`${time.slice(11, 19)} ${level.padEnd(5)} ${message}${Object.entries(readable).map(pair).join("")}\n`);
    };
  const from = (level: LogLevel): Logger[LogLevel] => (logLevels.indexOf(level) < logLevels.indexOf(least) ? () => {} : log(level));
  return { debug: from("debug"), info: from("info"), warn: from("warn"), error: from("error") };
}

/** Drops every line. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

function toStderr(line: string): void {
  process.stderr.write(line);
}

function printable(value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value;
}

function pair([name, value]: [string, unknown]): string {
  return ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`;
}
