import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import type { Ask } from "./sign-in.ts";

/** Asks on the terminal, before it is taken over. */
export const ask: Ask = async (question, { isSecret = false } = {}) => {
  process.stdout.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: isSecret ? silent : process.stdout, terminal: process.stdin.isTTY });
  try {
    return await lines.question(isSecret ? "" : "");
  } finally {
    lines.close();
    if (isSecret) process.stdout.write("\n");
  }
};
