import { createReadStream } from "node:fs";
import type { Terminal } from "../command-line/terminal.ts";
import { CliError } from "../errors.ts";
import { expandOperands } from "./expand-operands.ts";
import { MAX_INPUT_SIZE_BYTES, readInput, reasonOf } from "./read-input.ts";

/** One JSON text to look at, or why there is none. */
export interface Payload {
  /** The file, or `standard input`. */
  readonly name: string;
  /** The line, counted from 1, where each is a payload of its own. */
  readonly line?: number | undefined;
  readonly bytes?: Uint8Array | undefined;
  /** Set where there are no bytes. */
  readonly error?: CliError | undefined;
}

/**
 * Reads the payloads of files, folders, patterns and standard input, one after the other: those of NDJSON (`.ndjson`, `.jsonl`, or
 * `ndjson`) line by line in bounded memory. Standard input is NDJSON where its first line is JSON by itself and another follows.
 *
 * @throws {@link CliError} `USAGE` where a person would have to type the input.
 */
export async function* readPayloads(
  operands: readonly string[],
  { ndjson, terminal }: { readonly ndjson: boolean; readonly terminal: Terminal },
): AsyncGenerator<Payload> {
  if (operands.length === 0 && terminal.isStdinTerminal) await readInput(undefined, terminal);
  for await (const path of expandOperands(operands.length === 0 ? ["-"] : operands)) {
    if (path instanceof CliError) yield { name: path.message, error: path };
    else if (path === "-") yield* ndjson ? lines("standard input", terminal.stdin) : guessed("standard input", terminal.stdin);
    else if (ndjson || /\.(ndjson|jsonl)$/.test(path)) yield* linesOfFile(path);
    else yield await wholeFile(path, terminal);
  }
}

async function wholeFile(path: string, terminal: Terminal): Promise<Payload> {
  try {
    return await readInput(path, terminal);
  } catch (error) {
    if (error instanceof CliError) return { name: path, error };
    throw error;
  }
}

async function* linesOfFile(path: string): AsyncGenerator<Payload> {
  try {
    yield* lines(path, createReadStream(path));
  } catch (error) {
    yield { name: path, error: new CliError("UNREADABLE_INPUT", `cannot read ${path}: ${reasonOf(error)}`, { cause: error }) };
  }
}

async function* lines(name: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Payload> {
  yield* payloads(name, splitLines(pieces));
}

async function* payloads(name: string, all: AsyncIterable<Line>): AsyncGenerator<Payload> {
  for await (const { line, bytes } of all) {
    if (bytes === undefined) yield { name, line, error: tooLong(name, line) };
    else if (!isBlank(bytes)) yield { name, line, bytes };
  }
}

/** One text, unless the first line is one by itself and another follows. */
async function* guessed(name: string, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Payload> {
  const all = splitLines(pieces);
  let first: Line | undefined;
  const whole: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const next of all) {
    const { bytes } = next;
    if (first === undefined && bytes !== undefined && isBlank(bytes)) continue;
    if (first !== undefined && whole.length === 0) {
      if (bytes !== undefined && isBlank(bytes)) continue;
      yield { name, line: first.line, bytes: first.bytes };
      yield bytes === undefined ? { name, line: next.line, error: tooLong(name, next.line) } : { name, line: next.line, bytes };
      yield* payloads(name, all);
      return;
    }
    if (bytes === undefined) {
      yield { name, error: tooLong(name, next.line) };
      return;
    }
    if (whole.length === 0 && isJson(bytes)) {
      first = next;
      continue;
    }
    sizeBytes += bytes.byteLength + 1;
    if (sizeBytes > MAX_INPUT_SIZE_BYTES) {
      const error = new CliError(
        "INPUT_TOO_LARGE",
        `${name} is one text of more than ${MAX_INPUT_SIZE_BYTES / 1024 / 1024} MiB; split it first`,
      );
      yield { name, error };
      return;
    }
    whole.push(bytes, newline);
  }
  yield { name, bytes: first?.bytes ?? Buffer.concat(whole) };
}

const newline = Buffer.from("\n");

interface Line {
  readonly line: number;
  /** Absent where the line is too long. */
  readonly bytes: Uint8Array | undefined;
}

/** Splits a stream at line feeds; of a line that is too long nothing is kept. */
async function* splitLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  let line = 1;
  let parts: Uint8Array[] = [];
  let sizeBytes = 0;
  const take = (part: Uint8Array): void => {
    sizeBytes += part.byteLength;
    if (sizeBytes > MAX_INPUT_SIZE_BYTES) parts = [];
    else parts.push(part);
  };
  const end = (): Line => {
    const bytes = sizeBytes > MAX_INPUT_SIZE_BYTES ? undefined : Buffer.concat(parts);
    parts = [];
    sizeBytes = 0;
    line += 1;
    return { line: line - 1, bytes };
  };
  for await (const piece of pieces) {
    let from = 0;
    for (let at = piece.indexOf(0x0a); at >= 0; at = piece.indexOf(0x0a, from)) {
      take(piece.subarray(from, at));
      from = at + 1;
      yield end();
    }
    take(piece.subarray(from));
  }
  if (sizeBytes > 0) yield end();
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function tooLong(name: string, line: number): CliError {
  return new CliError("INPUT_TOO_LARGE", `${name}: line ${line} is longer than ${MAX_INPUT_SIZE_BYTES / 1024 / 1024} MiB`);
}
