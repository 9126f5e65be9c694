import { ClientError } from "../errors.ts";
import { readLocalFile } from "./read-local-file.ts";

/** A file to send. */
export interface FileLike {
  data: Blob | Uint8Array | ReadableStream<Uint8Array>;
  /** File name that the receiver sees. */
  name: string;
  /** Media type; guessed from the name by default. */
  type?: string | undefined;
  /** Bytes, where known before reading. */
  size?: number | undefined;
}

/** A file in memory. */
export interface LoadedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly name: string;
  readonly type: string;
}

const typesByExtension: Readonly<Record<string, string>> = {
  gif: "image/gif",
  jpeg: "image/jpeg",
  jpg: "image/jpeg",
  json: "application/json",
  mp3: "audio/mpeg",
  mp4: "video/mp4",
  ogg: "audio/ogg",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain",
  wav: "audio/wav",
  webm: "video/webm",
  webp: "image/webp",
};

/**
 * Reads a file into memory. A text is a path, which only Node, Bun and Deno can read.
 *
 * @throws {ClientError} `BAD_FILE` if it cannot be read.
 */
export async function loadFile(file: FileLike | Blob | string): Promise<LoadedFile> {
  if (typeof file === "string") {
    const name = file.split(/[/\\]/).at(-1) ?? "file";
    return { bytes: await readLocalFile(file), name, type: guessType(name) };
  }
  if (file instanceof Blob) {
    const name = "name" in file && typeof file.name === "string" ? file.name : "file";
    return { bytes: await readBlob(file), name, type: file.type === "" ? guessType(name) : file.type };
  }
  const { data, name, type = data instanceof Blob && data.type !== "" ? data.type : guessType(name) } = file;
  const bytes = data instanceof Uint8Array ? new Uint8Array(data) : await readBlob(data instanceof Blob ? data : new Response(data));
  return { bytes, name, type };
}

function guessType(name: string): string {
  const extension = name.split(".").at(-1)?.toLowerCase() ?? "";
  return Object.hasOwn(typesByExtension, extension) ? (typesByExtension[extension] ?? "") : "application/octet-stream";
}

async function readBlob(source: Blob | Response): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await source.arrayBuffer());
  } catch (error) {
    throw new ClientError("BAD_FILE", "the file could not be read", error);
  }
}
