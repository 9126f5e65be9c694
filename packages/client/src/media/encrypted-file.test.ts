import { EncryptedFile } from "@patrix/events";
import { describe, expect, it } from "vitest";
import { decryptFile, encryptFile } from "./encrypted-file.ts";
import { portableSha256 } from "./sha256-stream.ts";

const url = "mxc://example.org/file" as const;
const bytes = new TextEncoder().encode("alligator");

/** A stream of chunks of some length. */
function chunked(data: Uint8Array, length: number): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= data.length) return controller.close();
      controller.enqueue(data.subarray(at, at + length));
      at += length;
    },
  });
}
const read = async (stream: ReadableStream<Uint8Array>): Promise<Uint8Array> => new Uint8Array(await new Response(stream).arrayBuffer());

async function encrypt(data: Uint8Array, length = 1000): Promise<{ bytes: Uint8Array; file: EncryptedFile }> {
  const { stream, describe: description } = await encryptFile();
  const encrypted = await read(chunked(data, length).pipeThrough(stream));
  return { bytes: encrypted, file: { ...description(), url } };
}
const decrypt = async (data: Uint8Array, file: EncryptedFile, length = 1000): Promise<Uint8Array> =>
  read(chunked(data, length).pipeThrough(await decryptFile(file)));

describe("a file for an encrypted room", () => {
  it("is decrypted to what it was, and described as the specification has it", async () => {
    const { bytes: encrypted, file } = await encrypt(bytes);
    expect(Buffer.from(encrypted).equals(bytes)).toBe(false);
    expect(EncryptedFile.safeParse(file).ok).toBe(true);
    expect(file.key).toMatchObject({ kty: "oct", alg: "A256CTR", ext: true });
    // The half that counts begins at zero.
    expect(Buffer.from(file.iv, "base64").subarray(8)).toEqual(Buffer.alloc(8));
    expect(await decrypt(encrypted, file)).toEqual(bytes);
  });

  it("is what encrypting it as a whole gives, however long it is and in whichever pieces it comes", async () => {
    const { subtle } = globalThis.crypto;
    for (const size of [0, 1, 15, 16, 17, 262_143, 262_144, 262_145, 700_001]) {
      const data = new Uint8Array(size).map((_, at) => at * 7);
      const { bytes: encrypted, file } = await encrypt(data, size === 700_001 ? 333 : 100_000);
      const key = await subtle.importKey("jwk", { ...file.key, key_ops: ["encrypt"] }, "AES-CTR", false, ["encrypt"]);
      const whole = await subtle.encrypt({ name: "AES-CTR", counter: Buffer.from(file.iv, "base64"), length: 64 }, key, data);
      expect([size, Buffer.from(encrypted).equals(new Uint8Array(whole))]).toEqual([size, true]);
      const digest = Buffer.from(await subtle.digest("SHA-256", whole)).toString("base64");
      expect(file.hashes.sha256).toBe(digest.replace(/=+$/, ""));
      expect([size, Buffer.from(await decrypt(encrypted, file, 1000)).equals(data)]).toEqual([size, true]);
    }
  });

  it("counts on from where others begin, and begins anew after the last number", async () => {
    const { subtle } = globalThis.crypto;
    const data = new Uint8Array(600_000).fill(3);
    const { file } = await encrypt(bytes);
    const counter = Buffer.from("00112233445566778899ffffffffffff", "hex");
    counter.fill(255, 8);
    const key = await subtle.importKey("jwk", { ...file.key, key_ops: ["encrypt"] }, "AES-CTR", false, ["encrypt"]);
    const whole = new Uint8Array(await subtle.encrypt({ name: "AES-CTR", counter, length: 64 }, key, data));
    const sha256 = Buffer.from(await subtle.digest("SHA-256", whole)).toString("base64");
    const theirs = { ...file, iv: counter.toString("base64"), hashes: { sha256 } };
    expect(Buffer.from(await decrypt(whole, theirs)).equals(data)).toBe(true);
  });

  it("has a key and a counter of its own", async () => {
    const [one, other] = await Promise.all([encrypt(bytes), encrypt(bytes)]);
    expect(one.file.key.k).not.toBe(other.file.key.k);
    expect(one.file.iv).not.toBe(other.file.iv);
  });

  it("is not described before it was read to its end", async () => {
    const { describe: description } = await encryptFile();
    expect(description).toThrow(expect.objectContaining({ code: "BAD_FILE" }) as Error);
  });

  it("is refused if it was changed, or is of another version, or has no key", async () => {
    const { bytes: encrypted, file } = await encrypt(bytes);
    const bad = { code: "BAD_FILE" };
    const changed = encrypted.map((byte) => byte ^ 1);
    await expect(decrypt(changed, file)).rejects.toMatchObject(bad);
    await expect(decrypt(encrypted.subarray(1), file)).rejects.toMatchObject(bad);
    await expect(decrypt(encrypted, { ...file, v: "v1" })).rejects.toMatchObject(bad);
    await expect(decrypt(encrypted, { ...file, key: { ...file.key, k: "short" } })).rejects.toMatchObject(bad);
    await expect(decrypt(encrypted, { ...file, iv: "####" })).rejects.toMatchObject(bad);
    await expect(decrypt(encrypted, { ...file, iv: "AAAA" })).rejects.toMatchObject(bad);
  });

  it("of the oldest clients has a padded counter and hash", async () => {
    const { bytes: encrypted, file } = await encrypt(bytes);
    const padded = { ...file, iv: `${file.iv}==`, hashes: { sha256: `${file.hashes.sha256}=` } };
    expect(await decrypt(encrypted, padded)).toEqual(bytes);
  });
});

it("a SHA-256 in JavaScript is that of the platform", async () => {
  const hash = portableSha256();
  for (const piece of [bytes, new Uint8Array(100), bytes]) hash.update(piece);
  const whole = Buffer.concat([bytes, new Uint8Array(100), bytes]);
  expect(hash.digest()).toEqual(new Uint8Array(await globalThis.crypto.subtle.digest("SHA-256", whole)));
});
