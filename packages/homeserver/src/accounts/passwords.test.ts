import { hash as bcrypt } from "bcryptjs";
import { describe, expect, it } from "vitest";
import { type DeriveKey, Passwords } from "./passwords.ts";

/** Derivations that end when they are told to. */
function derivations() {
  const running: (() => void)[] = [];
  let most = 0;
  const derive: DeriveKey = (_, { tagLength }) =>
    new Promise((resolve) => {
      running.push(() => resolve(Buffer.alloc(tagLength)));
      most = Math.max(most, running.length);
    });
  return { derive, running, endOne: () => running.shift()?.(), most: () => most };
}

const settle = async (turns: number): Promise<void> => {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
};

describe("passwords", () => {
  it("are hashed two at a time, also when a new one comes just as one is done", async () => {
    const { derive, running, endOne, most } = derivations();
    const passwords = new Passwords({ cost: "fast", minLength: 1, derive });
    const hashes = ["a", "b", "c", "d"].map((password) => passwords.hash(password));
    while (running.length > 0) {
      endOne();
      for (let turn = 0; turn < 6 && hashes.length < 20; turn++) {
        hashes.push(passwords.hash("e"));
        await Promise.resolve();
      }
      await settle(20);
    }
    await Promise.all(hashes);
    expect(most()).toBe(2);
  });

  it("are refused while too many wait", async () => {
    const { derive, running, endOne } = derivations();
    const passwords = new Passwords({ cost: "fast", minLength: 1, derive });
    const waiting = Array.from({ length: 502 }, () => passwords.hash("a"));
    await expect(passwords.hash("b")).rejects.toMatchObject({ code: "OVERLOADED" });
    while (running.length > 0) {
      endOne();
      await settle(20);
    }
    await Promise.all(waiting);
  });

  it("have at least 8 characters, or as many as is asked for", async () => {
    const weak = { code: "WEAK_PASSWORD" };
    await expect(new Passwords({ cost: "fast" }).hash("1234567")).rejects.toMatchObject(weak);
    await expect(new Passwords({ cost: "fast" }).hash("12345678")).resolves.toBeTypeOf("string");
    await expect(new Passwords({ cost: "fast", minLength: 1 }).hash("")).rejects.toMatchObject(weak);
  });

  it("of a hash are told from others", async () => {
    const passwords = new Passwords({ cost: "fast" });
    const hash = await passwords.hash("correct horse");
    await expect(passwords.verify("correct horse", hash)).resolves.toBe(true);
    await expect(passwords.verify("battery staple", hash)).resolves.toBe(false);
    await expect(passwords.verify("correct horse", undefined)).resolves.toBe(false);
  });

  it("are the same in every form in which they can be typed", async () => {
    const passwords = new Passwords({ cost: "fast" });
    const hash = await passwords.hash("Pa\u00dfw\u00f6rter");
    await expect(passwords.verify("Pa\u00dfwo\u0308rter", hash)).resolves.toBe(true);
    await expect(passwords.verify("Pa\u00dfworter", hash)).resolves.toBe(false);
    await expect(passwords.verify("\uff30assword", await passwords.hash("Password"))).resolves.toBe(true);
  });

  it("of a server that moved in are checked with its pepper, and with no other", async () => {
    const hash = `$bcrypt-nfkc${await bcrypt("w\u00f6rter and more+salty", 4)}`;
    const passwords = new Passwords({ cost: "fast", pepper: "+salty" });
    await expect(passwords.verify("wo\u0308rter and more", hash)).resolves.toBe(true);
    await expect(passwords.verify("w\u00f6rter and less", hash)).resolves.toBe(false);
    await expect(new Passwords({ cost: "fast" }).verify("w\u00f6rter and more", hash)).resolves.toBe(false);
    expect([passwords.isForeign(hash), passwords.isForeign(await passwords.hash("w\u00f6rter and more"))]).toEqual([true, false]);
  });
});
