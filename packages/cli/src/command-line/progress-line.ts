import type { Terminal } from "./terminal.ts";

/** How long a line of progress stays at least, in milliseconds. */
const INTERVAL_MS = 100;

/** A line on a terminal that says how far something is, and goes when it is done; nothing where nobody looks. */
export interface ProgressLine {
  /** Says how far it is. */
  show(text: string): void;
  /** Takes the line away, so that something else can be written. */
  clear(): void;
}

/** Makes such a line. */
export function progressLine({ err, isStderrTerminal }: Pick<Terminal, "err" | "isStderrTerminal">): ProgressLine {
  let shownMs = -Infinity;
  let isShown = false;
  return {
    show(text) {
      const now = performance.now();
      if (!isStderrTerminal || now - shownMs < INTERVAL_MS) return;
      shownMs = now;
      isShown = true;
      err(`\r\u001B[K${text}`);
    },
    clear() {
      if (isShown) err("\r\u001B[K");
      isShown = false;
    },
  };
}
