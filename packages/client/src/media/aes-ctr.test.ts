import { expect, it } from "vitest";
import { createAesCtr, portableAesCtr } from "./aes-ctr.ts";

const key = new Uint8Array(32).fill(7);
const counter = (low: number): Uint8Array<ArrayBuffer> => new Uint8Array(16).fill(1, 0, 8).fill(low, 8);

it("piece by piece gives what the whole gives, on each platform, also where the counter begins anew", async () => {
  const secret = await globalThis.crypto.subtle.importKey("raw", key, "AES-CTR", false, ["encrypt"]);
  const data = new Uint8Array(1000).map((_, at) => at);
  for (const low of [0, 1, 0x7f, 0x80, 0xff]) {
    const whole = Buffer.from(await globalThis.crypto.subtle.encrypt({ name: "AES-CTR", counter: counter(low), length: 64 }, secret, data));
    for (const create of [createAesCtr, portableAesCtr]) {
      const cipher = await create(key, counter(low));
      const pieces = [await cipher(data.slice(0, 160)), await cipher(data.slice(160, 800)), await cipher(data.slice(800))];
      expect([low, Buffer.concat(pieces).equals(whole)]).toEqual([low, true]);
    }
  }
});
