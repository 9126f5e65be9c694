import { expect, it } from "vitest";
import { ClientError } from "./errors.ts";
import { loaded } from "./loaded.ts";

it("a part is loaded once, and asked for again where it could not be", async () => {
  const outcomes = [new TypeError("Failed to fetch dynamically imported module"), new ClientError("STOPPED", "no"), "part"];
  let loads = 0;
  const part = loaded(async () => {
    const outcome = outcomes[loads++];
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  await expect(Promise.all([part(), part()])).rejects.toMatchObject({ code: "NETWORK_ERROR", cause: outcomes[0] });
  await expect(part()).rejects.toBe(outcomes[1]);
  expect([await part(), await part(), loads]).toEqual(["part", "part", 3]);
});
