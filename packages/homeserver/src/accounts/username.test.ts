import { describe, expect, it } from "vitest";
import { checkLocalpart, randomLocalpart, toUserId } from "./username.ts";

describe("names of accounts", () => {
  it.each([
    ["alice", "alice"],
    ["Alice", "alice"],
    ["a.b_c=d-e/f+1", "a.b_c=d-e/f+1"],
  ])("take %s as %s", (given, name) => {
    expect(checkLocalpart(given, "example.org")).toBe(name);
  });

  it.each(["", "_alice", "al ice", "@alice", "älice", "alice:example.org", "a".repeat(243)])("refuse %j", (given) => {
    expect(() => checkLocalpart(given, "example.org")).toThrow(expect.objectContaining({ code: "INVALID_USERNAME" }) as Error);
  });

  it("fit where the user ID has 255 bytes", () => {
    const name = "a".repeat(255 - "@:example.org".length);
    expect(toUserId(checkLocalpart(name, "example.org"), "example.org")).toHaveLength(255);
  });

  it("are made up so that they can be registered", () => {
    const name = randomLocalpart();
    expect(checkLocalpart(name, "example.org")).toBe(name);
  });
});
