import type { JsonObject } from "@patrix/api";
import { KeyedQueue } from "@patrix/concurrency";
import { requireWithin } from "../errors.ts";
import { E2eeError } from "./errors.ts";
import type { Core } from "../log/core.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { crossSigningKeysOfUser, deleteKeySignatures, upsertCrossSigningKey } from "../store/statements/keys.ts";
import { devicesOfUser } from "../store/statements/devices.ts";
import { encode, publicKeyOf } from "./device-keys.ts";
import type { DeviceLists } from "./device-lists.ts";
import { isPublicKey, isSignedWith, signatureBy } from "./verify-signature.ts";

/** What a cross-signing key is for. */
export type CrossSigningUsage = "master" | "self_signing" | "user_signing";

/** Cross-signing keys as they are uploaded, by usage. */
export type UploadedCrossSigningKeys = Readonly<Partial<Record<CrossSigningUsage, JsonObject | undefined>>>;

const usages: readonly CrossSigningUsage[] = ["master", "self_signing", "user_signing"];

/**
 * The cross-signing keys of users.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#cross-signing}
 */
export class CrossSigning {
  readonly #core: Core;
  readonly #deviceLists: DeviceLists;
  readonly #queue = new KeyedQueue<number>();

  constructor(core: Core, deviceLists: DeviceLists) {
    this.#core = core;
    this.#deviceLists = deviceLists;
  }

  /**
   * Stores cross-signing keys. Replacing keys needs authentication; a first set, or the same keys again, do not.
   *
   * @throws {E2eeError} `NOT_AUTHENTICATED`, `WRONG_OWNER`, `INVALID_KEY`, `NO_MASTER_KEY`, `INVALID_SIGNATURE` or `KEY_IS_DEVICE_ID`.
   * @throws {LimitError} For a large key.
   */
  upload(
    userNid: number,
    userId: string,
    uploaded: UploadedCrossSigningKeys,
    { authenticated }: { readonly authenticated: boolean },
  ): Promise<void> {
    return this.#queue.run(userNid, async () => {
      const stored = await this.#stored(userNid);
      const isNew = usages.some((usage) => uploaded[usage] !== undefined && encode(uploaded[usage]) !== stored.get(usage));
      if (!isNew) return;
      if (stored.has("master") && !authenticated)
        throw new E2eeError("NOT_AUTHENTICATED", "the user has cross-signing keys, and must authenticate to replace them");
      await this.#replace(userNid, userId, uploaded, stored);
    });
  }

  async #replace(userNid: number, userId: string, uploaded: UploadedCrossSigningKeys, stored: ReadonlyMap<string, string>): Promise<void> {
    const storedMaster = stored.get("master");
    const masterKey = uploaded.master ?? (storedMaster === undefined ? undefined : (JSON.parse(storedMaster) as JsonObject));
    if (!masterKey) throw new E2eeError("NO_MASTER_KEY", "/master_key: the user has no master key yet");
    const deviceIds = new Set((await this.#core.store.all(devicesOfUser, userNid)).map((row) => row.device_id));
    const master = readKey("master", masterKey, userId);
    const operations: WriteOperation[] = [];
    for (const usage of usages) {
      const key = uploaded[usage];
      if (!key) continue;
      const publicKey = readKey(usage, key, userId);
      if (deviceIds.has(publicKey)) throw new E2eeError("KEY_IS_DEVICE_ID", `/${usage}_key: its public key is the ID of a device`);
      if (usage !== "master" && !isSignedWith(key, master, signatureBy(key, userId, `ed25519:${master}`)))
        throw new E2eeError("INVALID_SIGNATURE", `/${usage}_key: not signed by the master key`);
      const json = encode(key);
      requireWithin("crossSigningKeyBytes", Buffer.byteLength(json), `/${usage}_key`);
      const old = stored.get(usage);
      const oldName = old === undefined ? "" : publicKeyOf(JSON.parse(old) as JsonObject);
      if (oldName !== "" && oldName !== publicKeyOf(key)) operations.push(operation(deleteKeySignatures, userNid, oldName));
      operations.push(operation(upsertCrossSigningKey, userNid, usage, json));
    }
    using quota = await this.#core.quotas.reserve("keyChangesPerDay", userNid, 1, "the body");
    operations.push(quota.count());
    // Nobody else ever sees a user-signing key.
    if (uploaded.master || uploaded.self_signing) await this.#deviceLists.note(userNid, operations, { hasSigningKeys: true });
    else await this.#deviceLists.noteOwn(userNid, operations);
  }

  async #stored(userNid: number): Promise<Map<string, string>> {
    const rows = await this.#core.store.all(crossSigningKeysOfUser, userNid);
    return new Map(rows.map((row) => [row.usage, row.json]));
  }
}

/** Reads the one public key of a cross-signing key. */
function readKey(usage: CrossSigningUsage, key: JsonObject, userId: string): string {
  if (key["user_id"] !== userId) throw new E2eeError("WRONG_OWNER", `/${usage}_key/user_id: not the user of the access token`);
  const declared = key["usage"];
  if (!Array.isArray(declared) || !declared.includes(usage)) throw new E2eeError("INVALID_KEY", `/${usage}_key/usage: expected ${usage}`);
  const [[keyId, publicKey] = [], ...others] = Object.entries(key["keys"] ?? {});
  if (keyId === undefined || typeof publicKey !== "string" || others.length > 0 || keyId !== `ed25519:${publicKey}`)
    throw new E2eeError("INVALID_KEY", `/${usage}_key/keys: expected one ed25519 key that is named by its public key`);
  if (!isPublicKey(publicKey)) throw new E2eeError("INVALID_KEY", `/${usage}_key/keys: the public key is not 32 bytes of unpadded base64`);
  return publicKey;
}
