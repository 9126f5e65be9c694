import { expect, it } from "vitest";
import { keyOfToken } from "./key-of-token.ts";

it("is another one for each token, has nothing of it, and is short however long that is", () => {
  const tokens = ["secret", "secres", "x".repeat(10_000)];
  const keys = tokens.map(keyOfToken);
  expect(new Set(keys).size).toBe(3);
  expect(keys.map(({ length }) => length)).toEqual([43, 43, 43]);
  expect(keys).toEqual(tokens.map(keyOfToken));
});
