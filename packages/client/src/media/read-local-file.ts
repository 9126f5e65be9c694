import { isJsonObject } from "@patrix/api";
import { ClientError } from "../errors.ts";

/** The part of Node's `node:fs/promises` that is used here. */
interface FileSystem {
  readFile(path: string): Promise<Uint8Array>;
}

/**
 * Reads a file of the machine, where the platform has files.
 *
 * @throws {ClientError} `BAD_FILE`.
 */
export async function readLocalFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const fileSystem = findFileSystem();
  if (!fileSystem) throw new ClientError("BAD_FILE", "this platform has no files: pass a Blob");
  try {
    return new Uint8Array(await fileSystem.readFile(path));
  } catch (error) {
    throw new ClientError("BAD_FILE", "the file could not be read", error);
  }
}

/** Asked for at run time, so that browsers can load this module. */
function findFileSystem(): FileSystem | undefined {
  const process: unknown = Reflect.get(globalThis, "process");
  const load: unknown = isJsonObject(process) ? process["getBuiltinModule"] : undefined;
  // Node's own function, whose types are not those of a browser.
  return typeof load === "function" ? (Reflect.apply(load, process, ["node:fs/promises"]) as FileSystem | undefined) : undefined;
}
