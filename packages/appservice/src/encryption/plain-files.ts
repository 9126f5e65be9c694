import { isJsonObject, type JsonObject } from "@patrix/api";
import { EncryptedFile } from "@patrix/events";
import { AppserviceError } from "../errors.ts";

/** The names of what says where a file is, and beside each the names of what says so of an encrypted one. */
const ADDRESSES: readonly (readonly [plain: string, ...encrypted: string[]])[] = [
  ["url", "file"],
  ["thumbnail_url", "thumbnail_file"],
  // The picture of a link, as MSC4095 has it.
  ["og:image", "matrix:image:encryption", "beeper:image:encryption"],
];

/**
 * Refuses an event for an encrypted room that shows a file which the server has as it is. What a content leads to is encrypted as the content itself is.
 *
 * @throws {AppserviceError} `FILE_IS_NOT_ENCRYPTED`.
 */
export function refusePlainFiles(content: JsonObject): void {
  const name = plainFileIn(content);
  if (name === undefined) return;
  throw new AppserviceError(
    "FILE_IS_NOT_ENCRYPTED",
    `${name}: the room is encrypted, and the file was uploaded as it is, so nothing was sent; sendFile and uploadTo encrypt it`,
  );
}

/** The name of what leads to a file that is not encrypted, wherever it stands: at the top, in a new version, in a gallery. */
function plainFileIn(value: unknown): string | undefined {
  if (Array.isArray(value)) return firstOf(value);
  if (!isJsonObject(value) || EncryptedFile.is(value)) return undefined;
  const found = ADDRESSES.find(
    ([plain, ...encrypted]) => isMxc(value[plain]) && !encrypted.some((name) => isSameFile(value[name], value[plain])),
  );
  return found ? found[0] : firstOf(Object.values(value));
}

function firstOf(values: readonly unknown[]): string | undefined {
  for (const each of values) {
    const found = plainFileIn(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isMxc(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("mxc:");
}

/** Stickers that were read have the address of the encrypted file twice. */
function isSameFile(file: unknown, url: unknown): boolean {
  return isJsonObject(file) && EncryptedFile.is(file) && file.url === url;
}
