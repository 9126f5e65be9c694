import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { sealedCoding, secretBytes } from "../stores/sealed-coding.ts";
import { nativeCiphers } from "./native-ciphers.ts";

const secrets = fc.uint8Array({ minLength: secretBytes, maxLength: secretBytes });
const texts = fc.string({ unit: "grapheme" });

it("seals and names rows as the portable ciphers do", () => {
  fc.assert(
    fc.property(secrets, texts, texts, texts, (secret, table, key, text) => {
      const [native, portable] = [sealedCoding(secret, nativeCiphers), sealedCoding(secret)];
      expect(native.encodeKey(table, key)).toBe(portable.encodeKey(table, key));
      for (const [by, of] of [
        [native, portable],
        [portable, native],
      ] as const) {
        const { key: encodedKey, bytes } = by.encode(table, key, text);
        expect(of.decode(table, encodedKey, bytes)).toEqual({ key, text });
        const at = bytes.length >> 1;
        const damaged = bytes.with(at, (bytes[at] ?? 0) ^ 1);
        expect(() => of.decode(table, encodedKey, damaged)).toThrow("damaged");
        expect(() => of.decode(`${table}x`, encodedKey, bytes)).toThrow("damaged");
      }
    }),
  );
});

it("makes the code of RFC 4231, and refuses a key that it would have to hash", () => {
  const code = nativeCiphers.mac(Buffer.from("Jefe"))("what do ya want for nothing?");
  expect(Buffer.from(code).toString("hex")).toBe("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  expect(Buffer.from(hmac(sha256, Buffer.from("Jefe"), Buffer.from("what do ya want for nothing?")))).toEqual(Buffer.from(code));
  expect(() => nativeCiphers.mac(new Uint8Array(65))).toThrow(RangeError);
});
