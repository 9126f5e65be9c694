import { emitKeypressEvents, type Key } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";

/** A key that was pressed. */
export interface PressedKey {
  /** `up`, `return`, `c`, …; `undefined` for what has no name. */
  readonly name: string | undefined;
  readonly ctrl: boolean;
  /** What it writes, if that is text. */
  readonly text: string;
}

/** A screen with a keyboard. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  write(text: string): void;
  onKey(callback: (key: PressedKey) => void): void;
  onResize(callback: () => void): void;
  /** Leaves the terminal as it was found. */
  close(): void;
}

const [enter, leave] = ["\x1b[?1049h\x1b[?25l\x1b[2J", "\x1b[?25h\x1b[?1049l"];

/** Takes over a terminal: another screen, no cursor, keys as they are pressed; all of it ends with `close`, or the process. */
export function openTerminal(input: ReadStream = process.stdin, output: WriteStream = process.stdout): Terminal {
  const wasRaw = input.isRaw;
  emitKeypressEvents(input);
  input.setRawMode(true);
  input.resume();
  output.write(enter);
  const listeners: (() => void)[] = [];
  let isOpen = true;
  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    for (const end of listeners) end();
    process.off("exit", close);
    output.write(leave);
    input.setRawMode(wasRaw);
    input.pause();
  };
  // Also where the program fails.
  process.on("exit", close);
  return {
    get columns() {
      return output.columns;
    },
    get rows() {
      return output.rows;
    },
    write: (text) => void output.write(text),
    onKey(callback) {
      const listener = (text: string | undefined, { name, ctrl = false, meta = false }: Key): void =>
        callback({ name, ctrl, text: ctrl || meta || text === undefined || /\p{Cc}/u.test(text) ? "" : text });
      input.on("keypress", listener);
      listeners.push(() => input.off("keypress", listener));
    },
    onResize(callback) {
      output.on("resize", callback);
      listeners.push(() => output.off("resize", callback));
    },
    close,
  };
}
