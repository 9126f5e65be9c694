/** Where the client reports what it does; `console` is one. */
export type Logger = Pick<Console, "debug" | "info" | "warn" | "error">;

/** Says nothing. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Tells the console of what goes wrong, and of nothing else. */
export const problemLogger: Logger = {
  debug: () => {},
  info: () => {},
  // Looked up at each call, so that whoever replaces the console later is heard.
  warn: (...data) => console.warn(...data),
  error: (...data) => console.error(...data),
};
