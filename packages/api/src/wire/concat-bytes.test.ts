import { expect, it } from "vitest";
import { concatBytes } from "./concat-bytes.ts";

it("joins pieces in their order, and none to nothing", () => {
  expect(concatBytes([Uint8Array.of(1, 2), new Uint8Array(), Uint8Array.of(3)])).toEqual(Uint8Array.of(1, 2, 3));
  expect(concatBytes([])).toEqual(new Uint8Array());
});
