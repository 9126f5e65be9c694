import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { ConfigError } from "../config/errors.ts";
import type { FileForm, WebClient, WebClientFile } from "../http/pages/web-client.ts";

/** A folder with more was named by mistake. */
const maxFiles = 2000;

/** Compressed forms that lie beside a file, smallest first. */
const encodings = [
  ["br", ".br"],
  ["gzip", ".gz"],
] as const;

/** Reads which files a web client has. @throws {ConfigError} `INVALID` for a folder that is none of a web client. */
export function openWebClient(folder: string): WebClient {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
  } catch (error) {
    throw new ConfigError("INVALID", `web_client.path: ${folder} cannot be read`, error);
  }
  if (!names.includes("index.html")) throw new ConfigError("INVALID", `web_client.path: ${folder} has no index.html`);
  if (names.length > maxFiles)
    throw new ConfigError("INVALID", `web_client.path: ${folder} has ${names.length} files; at most ${maxFiles} are served`);
  const known = new Set(names);
  const isForm = (name: string): boolean =>
    encodings.some(([, ending]) => name.endsWith(ending) && known.has(name.slice(0, -ending.length)));
  return names.filter((name) => /^[\w./-]+$/.test(name) && !isForm(name)).map((name) => readFile(folder, name, known));
}

function readFile(folder: string, name: string, known: ReadonlySet<string>): WebClientFile {
  const formOf = (path: string, encoding: string | undefined): FileForm => ({ path, encoding, sizeBytes: statSync(path).size });
  const compressed = encodings
    .filter(([, ending]) => known.has(name + ending))
    .map(([encoding, ending]) => formOf(join(folder, name + ending), encoding));
  const etag = createHash("sha256")
    .update(readFileSync(join(folder, name)))
    .digest("base64url");
  return { name, etag, forms: [...compressed, formOf(join(folder, name), undefined)] };
}
