import type { Logger } from "matrix-js-sdk/lib/logger.js";

/** A logger of matrix-js-sdk that says nothing. */
export const quiet: Logger = {
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  getChild: () => quiet,
};
