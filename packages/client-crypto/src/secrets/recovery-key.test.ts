import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeRecoveryKey, encodeRecoveryKey, requireRecoveryKey } from "./recovery-key.ts";

describe("a recovery key", () => {
  it("is read as it was written, whatever space is between", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
        const text = encodeRecoveryKey(key);
        expect(text).toMatch(/^(\w{4} )+\w{1,4}$/);
        expect(text.startsWith("Es")).toBe(true);
        expect(Buffer.from(decodeRecoveryKey(` ${text.replaceAll(" ", "\n")} `)!).equals(key)).toBe(true);
      }),
    );
  });

  it("is refused if a letter is wrong, or it is a passphrase", () => {
    const text = encodeRecoveryKey(new Uint8Array(32).fill(7));
    const wrong = text.slice(0, 10) + (text[10] === "a" ? "b" : "a") + text.slice(11);
    for (const other of [wrong, text.slice(0, -1), `${text}1`, "", "correct horse battery staple", "1".repeat(48), "l0OI".repeat(12)]) {
      expect(decodeRecoveryKey(other)).toBeUndefined();
      expect(() => requireRecoveryKey(other)).toThrow(expect.objectContaining({ code: "WRONG_RECOVERY_KEY" }));
    }
  });
});
