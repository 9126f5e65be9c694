import { initAsync, OlmMachine } from "@matrix-org/matrix-sdk-crypto-wasm";
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { decryptKeyFile, encryptKeyFile, maxKeyFileLength } from "./key-file.ts";

beforeAll(() => initAsync());
const rounds = 100_000;

describe("a file of keys", () => {
  it("is read by another implementation, and reads its files, whatever is in them", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        fc.string({ minLength: 1, maxLength: 40 }),
        async (body, passphrase) => {
          const text = JSON.stringify([{ body }]);
          expect(await decryptKeyFile(await encryptKeyFile(text, passphrase, { rounds }), passphrase)).toBe(text);
          const sessions = "[]";
          expect(OlmMachine.decryptExportedRoomKeys(await encryptKeyFile(sessions, passphrase, { rounds }), passphrase)).toBe(sessions);
          expect(await decryptKeyFile(OlmMachine.encryptExportedRoomKeys(sessions, passphrase, 1000), passphrase)).toBe(sessions);
        },
      ),
      { numRuns: 10 },
    );
  });

  it("is read with other line breaks, and with text around it", async () => {
    const file = await encryptKeyFile("[1]", "sesame", { rounds });
    for (const other of [file.replaceAll("\n", "\r\n"), `Keys of mine\n${file}\nend`, file.replace(/(?<=\n[A-Za-z0-9+/=]+)\n(?=-)/, "")])
      expect(await decryptKeyFile(other, "sesame")).toBe("[1]");
    expect(file).not.toBe(await encryptKeyFile("[1]", "sesame", { rounds }));
  });

  it("is refused where any part of it was changed, and with another passphrase", async () => {
    const file = await encryptKeyFile("[1]", "sesame", { rounds });
    await expect(decryptKeyFile(file, "other")).rejects.toMatchObject({ code: "WRONG_PASSPHRASE" });
    const lines = file.split("\n");
    const body = lines.slice(1, -2).join("");
    const changed = (at: number, by: string): string =>
      [lines[0], body.slice(0, at) + by + body.slice(at + by.length), lines.at(-2)].join("\n");
    // Salt, IV, text and MAC.
    for (const at of [4, 30, 50, body.length - 8])
      await expect(decryptKeyFile(changed(at, body[at] === "A" ? "B" : "A"), "sesame")).rejects.toMatchObject({ code: "WRONG_PASSPHRASE" });
    // Rounds, of which there are bytes 33 to 36: base64 from the 44th letter.
    const bad: [string, string][] = [
      [changed(44, "////"), "rounds: 1 to 10000000"],
      [changed(0, "Ag"), "version: 1 is known"],
      [changed(10, "!"), "no base64"],
      [[lines[0], body.slice(0, 40), lines.at(-2)].join("\n"), "too short"],
      [file.slice(0, -20), "END MEGOLM"],
      ["", "BEGIN MEGOLM"],
      [" ".repeat(maxKeyFileLength + 1), "longer than"],
    ];
    for (const [text, message] of bad)
      await expect(decryptKeyFile(text, "sesame")).rejects.toMatchObject({
        code: "BAD_KEY_FILE",
        message: expect.stringContaining(message),
      });
  });

  it("is not made without a passphrase that takes its time", async () => {
    await expect(encryptKeyFile("[]", "")).rejects.toMatchObject({ code: "BAD_KEY_FILE", message: expect.stringContaining("passphrase") });
    for (const few of [0, 99_999, 1e5 + 0.5, 10_000_001])
      await expect(encryptKeyFile("[]", "x", { rounds: few })).rejects.toMatchObject({
        code: "BAD_KEY_FILE",
        message: expect.stringContaining("rounds"),
      });
  });
});
