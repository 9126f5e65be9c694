import { expect, it } from "vitest";
import { concatBytes } from "./concat-bytes.ts";

it("joins pieces in their order, and none to nothing", () => {
  expect(concatBytes([Uint8Array.of(1, 2, 3), new Uint8Array(), Uint8Array.of(4)])).toEqual(Uint8Array.of(1, 2, 3, 4));
  expect(concatBytes([])).toEqual(new Uint8Array());
});
