import { describe, expect, it } from "vitest";
import { Claims } from "./claims.ts";

describe("claims", () => {
  it("go to the first who asks until they are given back", () => {
    const claims = new Claims();
    const first = claims.claim("name");
    expect(first.isFirst).toBe(true);
    expect(claims.claim("name").isFirst).toBe(false);
    expect(claims.claim("other").isFirst).toBe(true);
    first[Symbol.dispose]();
    expect(claims.claim("name").isFirst).toBe(true);
  });

  it("are not given back by those who did not get them", () => {
    const claims = new Claims();
    claims.claim("name");
    claims.claim("name")[Symbol.dispose]();
    expect(claims.claim("name").isFirst).toBe(false);
  });

  it("are given back once: a second disposal does not touch the next claim", () => {
    const claims = new Claims();
    const first = claims.claim("name");
    first[Symbol.dispose]();
    claims.claim("name");
    first[Symbol.dispose]();
    expect(claims.claim("name").isFirst).toBe(false);
  });
});
