import { glob, stat } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "../errors.ts";

/** The names of files that are taken from a folder. */
const inFolders = "**/*.{json,ndjson,jsonl}";

/**
 * Names the files that operands stand for, in the order of the operands and by name within each: files themselves, those with JSON in
 * a folder and the folders in it, and those that match a pattern. `-` stays.
 *
 * @throws {@link CliError} `UNREADABLE_INPUT` for a folder or a pattern without any file.
 */
export async function* expandOperands(operands: readonly string[]): AsyncGenerator<string | CliError> {
  for (const operand of operands) {
    const found = operand === "-" ? undefined : await stat(operand).catch(() => undefined);
    if (operand === "-" || found?.isDirectory() === false) yield operand;
    else if (found) yield* matching(inFolders, operand, "holds no file that ends in .json, .ndjson or .jsonl");
    else if (/[*?[\]{}]/.test(operand)) yield* matching(operand, undefined, "matches no file");
    else yield operand;
  }
}

async function* matching(pattern: string, folder: string | undefined, problem: string): AsyncGenerator<string | CliError> {
  const paths: string[] = [];
  for await (const path of glob(pattern, folder === undefined ? {} : { cwd: folder })) {
    const whole = folder === undefined ? path : join(folder, path);
    if ((await stat(whole).catch(() => undefined))?.isFile() === true) paths.push(whole);
  }
  if (paths.length === 0) yield new CliError("UNREADABLE_INPUT", `${folder ?? pattern} ${problem}`);
  yield* paths.sort();
}
