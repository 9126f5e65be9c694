import type { JsonObject } from "@patrix/api";
import { beforeEach, describe, expect, it } from "vitest";
import {
  type AccountDataAccess,
  createSecretStorage,
  openSecretStorage,
  readSecret,
  storeSecret,
  useSecretStorage,
} from "./secret-storage.ts";

let kept: Map<string, JsonObject>;
let data: AccountDataAccess;
beforeEach(() => {
  kept = new Map();
  data = { get: async (type) => kept.get(type), set: async (type, content) => void kept.set(type, content) };
});

async function create(passphrase?: string): Promise<string> {
  const storage = await createSecretStorage(data, passphrase);
  await storeSecret(data, storage, { name: "m.megolm_backup.v1", value: "the secret" });
  await useSecretStorage(data, storage);
  return storage.recoveryKey;
}

describe("secret storage", () => {
  it("is opened by its recovery key, and by its passphrase if it has one", async () => {
    const recoveryKey = await create("sesame, open");
    for (const key of [recoveryKey, "sesame, open"])
      expect(await readSecret(data, await openSecretStorage(data, key), "m.megolm_backup.v1")).toBe("the secret");
    expect(JSON.stringify([...kept])).not.toContain("the secret");
  });

  it("is opened by nothing else", async () => {
    await create();
    const other = (await createSecretStorage(data, undefined)).recoveryKey;
    for (const key of [other, "sesame", ""])
      await expect(openSecretStorage(data, key)).rejects.toMatchObject({ code: "WRONG_RECOVERY_KEY" });
    kept.clear();
    await expect(openSecretStorage(data, other)).rejects.toMatchObject({ code: "NO_SECRET_STORAGE" });
  });

  it("gives no secret that was changed, or moved to another name", async () => {
    const storage = await openSecretStorage(data, await create());
    const entry = (kept.get("m.megolm_backup.v1")!["encrypted"] as Record<string, JsonObject>)[storage.id]!;
    kept.set("m.other", { encrypted: { [storage.id]: entry } });
    await expect(readSecret(data, storage, "m.other")).rejects.toMatchObject({ code: "WRONG_RECOVERY_KEY" });
    kept.set("m.megolm_backup.v1", { encrypted: { [storage.id]: { ...entry, ciphertext: "AAAA" } } });
    await expect(readSecret(data, storage, "m.megolm_backup.v1")).rejects.toMatchObject({ code: "WRONG_RECOVERY_KEY" });
    expect(await readSecret(data, storage, "m.missing")).toBeUndefined();
  });

  it("takes no passphrase whose derivation would not end", async () => {
    await create("sesame");
    const type = [...kept.keys()].find((name) => name.startsWith("m.secret_storage.key."))!;
    const description = kept.get(type)!;
    kept.set(type, { ...description, passphrase: { algorithm: "m.pbkdf2", salt: "s", iterations: 2 ** 40 } });
    await expect(openSecretStorage(data, "sesame")).rejects.toMatchObject({ code: "WRONG_RECOVERY_KEY" });
  });
});
