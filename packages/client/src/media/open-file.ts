import { ClientError } from "../errors.ts";
import type { FileLike } from "./file-like.ts";
import { passOn } from "./pass-on.ts";
import { sizeOfLocalFile, streamLocalFile } from "./read-local-file.ts";

/** A file that is read when it is sent. */
export interface OpenedFile {
  readonly name: string;
  readonly type: string;
  /** Bytes, where that is known before reading. */
  readonly size: number | undefined;
  /** Whether it can be read again. */
  readonly isRepeatable: boolean;
  /** Reads it from its begin. @throws {ClientError} `BAD_FILE`, also to whoever reads. */
  open(): Promise<ReadableStream<Uint8Array>>;
}

/** The longest stream that is kept to be read again, in bytes: a longer one is sent once. */
const maxKeptBytes = 16 * 1024 * 1024;

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
 * Gets ready to read a file, piece by piece. A text is a path, which only Node, Bun and Deno can read.
 *
 * @throws {ClientError} `BAD_FILE` if it cannot be read.
 */
export async function openFile(file: FileLike | Blob | string): Promise<OpenedFile> {
  if (typeof file === "string") {
    const name = file.split(/[/\\]/).at(-1) ?? "file";
    const size = await sizeOfLocalFile(file);
    return { name, type: guessType(name), size, isRepeatable: true, open: async () => streamLocalFile(file) };
  }
  if (file instanceof Blob) {
    const name = "name" in file && typeof file.name === "string" ? file.name : "file";
    return { ...openBlob(file), name, type: file.type === "" ? guessType(name) : file.type };
  }
  const { data, name, type = data instanceof Blob && data.type !== "" ? data.type : guessType(name) } = file;
  // What is given may be changed later.
  if (data instanceof Uint8Array) return { ...openBlob(new Blob([new Uint8Array(data)])), name, type };
  if (data instanceof Blob) return { ...openBlob(data), name, type };
  const { size } = file;
  if (size !== undefined && size <= maxKeptBytes) return { ...openKept(data), name, type, size };
  return { ...openStream(data), name, type, size };
}

function guessType(name: string): string {
  const extension = name.split(".").at(-1)?.toLowerCase() ?? "";
  return Object.hasOwn(typesByExtension, extension) ? (typesByExtension[extension] ?? "") : "application/octet-stream";
}

function openBlob(blob: Blob): Pick<OpenedFile, "size" | "isRepeatable" | "open"> {
  return { size: blob.size, isRepeatable: true, open: async () => readable(blob.stream()) };
}

/** What was read of streams, as long as somebody holds on to these. */
const keptStreams = new WeakMap<ReadableStream<Uint8Array>, Promise<Blob>>();

/** A stream that is kept in memory, so that it can be read again. */
function openKept(stream: ReadableStream<Uint8Array>): Pick<OpenedFile, "isRepeatable" | "open"> {
  return {
    isRepeatable: true,
    async open() {
      const kept = keptStreams.get(stream) ?? new Response(readable(stream)).blob();
      keptStreams.set(stream, kept);
      return readable((await kept).stream());
    },
  };
}

function openStream(stream: ReadableStream<Uint8Array>): Pick<OpenedFile, "isRepeatable" | "open"> {
  return {
    isRepeatable: false,
    async open() {
      if (stream.locked) throw new ClientError("BAD_FILE", "the stream is read already, and cannot be read again");
      return readable(stream);
    },
  };
}

/** A stream whose failures say that the file cannot be read. */
function readable(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return passOn(stream, { explain: (error) => new ClientError("BAD_FILE", "the file could not be read", error) });
}
