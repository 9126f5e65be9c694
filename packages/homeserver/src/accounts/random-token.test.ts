import { expect, it } from "vitest";
import { createToken, hashToken } from "./random-token.ts";

it("a token is its prefix and 256 random bits, another one each time, and known by its SHA-256", () => {
  const [token, other] = [createToken("pat"), createToken("pat")];
  expect(token).toMatch(/^pat_[\w-]{43}$/);
  expect(other).not.toBe(token);
  expect(Buffer.from(hashToken("abc")).toString("hex")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
