import { ClientError } from "../errors.ts";
import { platformModule } from "./platform-module.ts";

/** The parts of Node's `node:fs/promises` that are used here. */
interface FileSystem {
  open(path: string): Promise<FileHandle>;
}
interface FileHandle {
  stat(): Promise<{ readonly size: number; isFile(): boolean }>;
  read(buffer: Uint8Array, offset: number, length: number): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** Bytes that are read at a time. */
const pieceBytes = 64 * 1024;

/**
 * The size of a file of the machine, in bytes, where the platform has files.
 *
 * @throws {ClientError} `BAD_FILE`.
 */
export async function sizeOfLocalFile(path: string): Promise<number> {
  const handle = await openLocal(path);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new ClientError("BAD_FILE", "the path is not that of a file");
    return found.size;
  } finally {
    await handle.close();
  }
}

/**
 * Reads a file of the machine piece by piece, as fast as it is taken.
 *
 * @throws {ClientError} `BAD_FILE`, to whoever reads.
 */
export function streamLocalFile(path: string): ReadableStream<Uint8Array<ArrayBuffer>> {
  // What is never read is never opened.
  let handle: FileHandle | undefined;
  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const piece = new Uint8Array(pieceBytes);
        try {
          handle ??= await openLocal(path);
          const { bytesRead } = await handle.read(piece, 0, pieceBytes);
          if (bytesRead > 0) return controller.enqueue(piece.subarray(0, bytesRead));
          await handle.close();
          controller.close();
        } catch (error) {
          await handle?.close().catch(() => {});
          controller.error(error instanceof ClientError ? error : unreadable(error));
        }
      },
      cancel: () => handle?.close(),
    },
    { highWaterMark: 0 },
  );
}

async function openLocal(path: string): Promise<FileHandle> {
  // Node's own module, whose types are not those of a browser.
  const fileSystem = platformModule("node:fs/promises") as FileSystem | undefined;
  if (!fileSystem) throw new ClientError("BAD_FILE", "this platform has no files: pass a Blob");
  return fileSystem.open(path).catch((error: unknown) => {
    throw unreadable(error);
  });
}

function unreadable(error: unknown): ClientError {
  return new ClientError("BAD_FILE", "the file could not be read", error);
}
