/** Where the client reports what it does; `console` is one. */
export type Logger = Pick<Console, "debug" | "info" | "warn" | "error">;

/** Says nothing. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
