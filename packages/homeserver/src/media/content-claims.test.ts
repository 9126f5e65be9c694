import { describe, expect, it } from "vitest";
import { ContentClaims } from "./content-claims.ts";

const hash = "a".repeat(64);

describe("content", () => {
  it("is not removed while somebody claims it, however often", async () => {
    const claims = new ContentClaims();
    const [first, second] = [await claims.claim(hash), await claims.claim(hash)];
    const remove = () => claims.remove(hash, async () => true);
    expect(await remove()).toBeUndefined();
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    expect(await remove()).toBeUndefined();
    expect(await claims.remove("b".repeat(64), async () => true)).toBe(true);
    second[Symbol.dispose]();
    expect(await remove()).toBe(true);
  });

  it("is claimed, and removed again, once a removal of it has ended, failed or not", async () => {
    const claims = new ContentClaims();
    for (const fails of [false, true]) {
      let end: () => void = () => {};
      const removal = claims.remove(
        hash,
        () => new Promise((resolve, reject) => (end = () => (fails ? reject(new Error("broken")) : resolve(true)))),
      );
      const outcome = removal.catch((error: Error) => error.message);
      let isClaimed = false;
      const claim = claims.claim(hash).then((held) => {
        isClaimed = true;
        return held;
      });
      let isRemovedAgain = false;
      const next = claims.remove(hash, async () => (isRemovedAgain = true));
      for (let step = 0; step < 100; step++) await Promise.resolve();
      expect([isClaimed, isRemovedAgain]).toEqual([false, false]);
      end();
      // Whoever claims it first has it.
      expect(await next).toBeUndefined();
      (await claim)[Symbol.dispose]();
      expect(await outcome).toBe(fails ? "broken" : true);
    }
  });
});
