import { open } from "node:fs/promises";
import type { Terminal } from "../command-line/terminal.ts";
import { CliError } from "../errors.ts";

/** Largest input that is read: 256 MiB, half of what one string of the engine can hold. */
export const MAX_INPUT_SIZE_BYTES: number = 256 * 1024 * 1024;

/** What a command reads, and what to call it in messages. */
export interface Input {
  /** The path, or `standard input`. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/**
 * Reads a file, or standard input where the path is `-` or left out.
 *
 * @throws {@link CliError} `UNREADABLE_INPUT`, `INPUT_TOO_LARGE`, or `USAGE` where a person would have to type the input.
 */
export async function readInput(path: string | undefined, terminal: Terminal): Promise<Input> {
  if (path !== undefined && path !== "-") return { name: path, bytes: await readWholeFile(path) };
  if (path === undefined && terminal.isStdinTerminal) {
    throw new CliError("USAGE", "name a file, or pipe the input in; a single - reads what you type up to Ctrl-D");
  }
  return { name: "standard input", bytes: await collect(terminal.stdin) };
}

async function readWholeFile(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path, "r");
    const stats = await file.stat();
    if (stats.isDirectory()) throw new CliError("UNREADABLE_INPUT", `${path} is a folder; name a file in it`);
    if (stats.size > MAX_INPUT_SIZE_BYTES) throw tooLarge(path);
    // Pipes and devices have no size to go by.
    if (!stats.isFile()) return await collect(file.createReadStream());
    return await file.readFile();
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError("UNREADABLE_INPUT", `cannot read ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of pieces) {
    sizeBytes += piece.byteLength;
    if (sizeBytes > MAX_INPUT_SIZE_BYTES) throw tooLarge("standard input");
    all.push(piece);
  }
  return Buffer.concat(all);
}

function tooLarge(name: string): CliError {
  return new CliError("INPUT_TOO_LARGE", `${name} is larger than ${MAX_INPUT_SIZE_BYTES / 1024 / 1024} MiB; split it first`);
}

/** Says in plain words why the file system refused. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: "there is no such file",
    EACCES: "you may not read or write it",
    EPERM: "you may not read or write it",
    EROFS: "the folder is read-only",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of the path is not a folder",
    ENOSPC: "the disk is full",
  };
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
