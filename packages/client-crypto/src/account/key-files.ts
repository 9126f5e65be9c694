import { isJsonObject, type JsonObject } from "@patrix/api";
import type { AccountEngine } from "../engine/account-engine.ts";
import { CryptoError } from "../errors.ts";
import { decryptKeyFile, encryptKeyFile, type KeyFileOptions } from "../secrets/key-file.ts";

/** Keys that the engine takes in at once: between them others have their turn. */
const keysAtOnce = 250;

/** What came of a file of keys. */
export interface KeyImport {
  /** Keys in the file. */
  readonly total: number;
  /** Those that are new, or reach further back than what was known. */
  readonly imported: number;
  /** Those that are none. */
  readonly malformed: number;
}

/** How a file of keys is read. */
export interface KeyImportOptions {
  /** Called as keys are taken in. */
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
}

/** What {@link KeyFiles} work with. */
export interface KeyFileParts {
  readonly engine: { readonly account: Pick<AccountEngine, "exportRoomKeys" | "importRoomKeys"> };
  /** Told when keys have come. */
  readonly onImported: () => void;
}

/** Writes the room keys of a device into files, and reads them from such. */
export class KeyFiles {
  readonly #parts: KeyFileParts;

  constructor(parts: KeyFileParts) {
    this.#parts = parts;
  }

  /** All room keys that the device has, encrypted by a passphrase. @throws As {@link encryptKeyFile}. */
  async export(passphrase: string, options?: KeyFileOptions): Promise<string> {
    return encryptKeyFile(await this.#parts.engine.account.exportRoomKeys(), passphrase, options);
  }

  /** Takes in the keys of a file. Nothing is changed if it cannot be read. @throws As {@link decryptKeyFile}. */
  async import(text: string, passphrase: string, { onProgress }: KeyImportOptions = {}): Promise<KeyImport> {
    const keys = parseKeys(await decryptKeyFile(text, passphrase));
    const total = keys.length;
    let [imported, malformed] = [0, 0];
    for (let done = 0; done < total; done += keysAtOnce) {
      const outcome = await this.#importSome(keys.slice(done, done + keysAtOnce));
      imported += outcome.imported;
      malformed += outcome.malformed;
      onProgress?.({ done: Math.min(total, done + keysAtOnce), total });
    }
    if (imported > 0) this.#parts.onImported();
    return { total, imported, malformed };
  }

  /** One malformed key makes the engine refuse all that come with it: they are tried one by one then. */
  async #importSome(keys: readonly unknown[]): Promise<{ readonly imported: number; readonly malformed: number }> {
    const { account } = this.#parts.engine;
    const wellFormed = keys.filter(isRoomKey);
    const malformed = keys.length - wellFormed.length;
    try {
      return { imported: await account.importRoomKeys(JSON.stringify(wellFormed)), malformed };
    } catch (error) {
      if (error instanceof CryptoError && error.code === "CLOSED") throw error;
      const [only] = wellFormed;
      if (wellFormed.length === 0 || only === undefined) throw error;
      if (wellFormed.length === 1) return { imported: 0, malformed: malformed + 1 };
      const middle = Math.ceil(wellFormed.length / 2);
      const [left, right] = [await this.#importSome(wellFormed.slice(0, middle)), await this.#importSome(wellFormed.slice(middle))];
      return { imported: left.imported + right.imported, malformed: malformed + left.malformed + right.malformed };
    }
  }
}

function parseKeys(json: string): readonly unknown[] {
  let keys: unknown;
  try {
    keys = JSON.parse(json);
  } catch (error) {
    throw new CryptoError("BAD_KEY_FILE", "the keys in the file are no JSON", error);
  }
  if (!Array.isArray(keys)) throw new CryptoError("BAD_KEY_FILE", "the keys in the file are no list");
  return keys;
}

const members = ["algorithm", "room_id", "sender_key", "session_id", "session_key"];

function isRoomKey(key: unknown): key is JsonObject {
  return isJsonObject(key) && members.every((name) => typeof key[name] === "string");
}
