import { hash } from "bcryptjs";
import { expect, it } from "vitest";
import { isBcrypt, verifyBcrypt } from "./verify-bcrypt.ts";

it("tells a right text from a wrong one, by the first 72 bytes", async () => {
  const text = "x".repeat(72);
  const stored = `$bcrypt-nfkc${await hash(text, 4)}`;
  expect(isBcrypt(stored)).toBe(true);
  expect(await Promise.all([text, `${text}y`, text.slice(1)].map((tried) => verifyBcrypt(tried, stored)))).toEqual([true, true, false]);
});

it("takes a hash that is none for one that no text has", async () => {
  expect(await verifyBcrypt("x", "$bcrypt-nfkc$2b$04$")).toBe(false);
  expect(isBcrypt("$argon2id$v=19$m=64,t=1,p=1$AAAA$AAAA")).toBe(false);
});
