import { EncryptedFile } from "@patrix/events";
import { describe, expect, it } from "vitest";
import { decryptFile, encryptFile } from "./encrypted-file.ts";

const url = "mxc://example.org/file" as const;
const bytes = new TextEncoder().encode("alligator");

describe("a file for an encrypted room", () => {
  it("is decrypted to what it was, and described as the specification has it", async () => {
    const { bytes: encrypted, description } = await encryptFile(bytes);
    expect(Buffer.from(encrypted).equals(bytes)).toBe(false);
    const file = { ...description, url };
    expect(EncryptedFile.safeParse(file).ok).toBe(true);
    expect(file.key).toMatchObject({ kty: "oct", alg: "A256CTR", ext: true });
    // The half that counts begins at zero.
    expect(Buffer.from(file.iv, "base64").subarray(8)).toEqual(Buffer.alloc(8));
    expect(await decryptFile(encrypted, file)).toEqual(bytes);
  });

  it("has a key and a counter of its own", async () => {
    const [one, other] = await Promise.all([encryptFile(bytes), encryptFile(bytes)]);
    expect(one.description.key.k).not.toBe(other.description.key.k);
    expect(one.description.iv).not.toBe(other.description.iv);
  });

  it("is refused if it was changed, or is of another version, or has no key", async () => {
    const { bytes: encrypted, description } = await encryptFile(bytes);
    const file = { ...description, url };
    const bad = { code: "BAD_FILE" };
    await expect(
      decryptFile(
        encrypted.map((byte) => byte ^ 1),
        file,
      ),
    ).rejects.toMatchObject(bad);
    await expect(decryptFile(encrypted, { ...file, v: "v1" })).rejects.toMatchObject(bad);
    await expect(decryptFile(encrypted, { ...file, key: { ...file.key, k: "short" } })).rejects.toMatchObject(bad);
    await expect(decryptFile(encrypted, { ...file, iv: "####" })).rejects.toMatchObject(bad);
  });

  it("of the oldest clients has a padded counter and hash", async () => {
    const { bytes: encrypted, description } = await encryptFile(bytes);
    const file = { ...description, url, iv: `${description.iv}==`, hashes: { sha256: `${description.hashes.sha256}=` } };
    expect(await decryptFile(encrypted, file)).toEqual(bytes);
  });
});
