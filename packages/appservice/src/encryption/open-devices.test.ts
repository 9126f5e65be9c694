import { timerClock } from "@patrix/concurrency";
import type { UserId } from "@patrix/identifiers";
import { describe, expect, it } from "vitest";
import { OpenDevices, type OpenDevicesParts } from "./open-devices.ts";

interface Scene {
  readonly devices: OpenDevices;
  readonly log: string[];
  /** How many were open at once. */
  readonly most: () => number;
  readonly pass: () => void;
}

function scene({ limit = 3, fails = () => false }: { limit?: number; fails?: (userId: UserId) => boolean } = {}): Scene {
  const log: string[] = [];
  let now = 0;
  let most = 0;
  const sleepers: (() => void)[] = [];
  const clock: OpenDevicesParts["clock"] = {
    now: () => 0,
    sleep: (_, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push(resolve);
        signal?.addEventListener("abort", () => reject(new Error("aborted")));
      }),
  };
  const open = async (userId: UserId): Promise<never> => {
    now += 1;
    most = Math.max(most, now);
    await timerClock().sleep(1);
    if (fails(userId)) {
      now -= 1;
      throw new Error(`${userId} cannot be opened`);
    }
    log.push(`+${userId}`);
    return {
      async close() {
        await timerClock().sleep(1);
        log.push(`-${userId}`);
        now -= 1;
      },
      // The pool only opens, hands on and closes.
    } as never;
  };
  const devices = new OpenDevices({ open, pinned: "@bot:x", clock, limit, idleMs: 1 });
  return { devices, log, most: () => most, pass: () => sleepers.splice(0).forEach((resolve) => resolve()) };
}

const user = (n: number): UserId => `@${n}:x`;

describe("devices", () => {
  it("are open in a bounded number, however many are wanted at once, and each is used by many", async () => {
    const { devices, log, most } = scene();
    await devices.use("@bot:x", async () => {});
    let uses = 0;
    const use = (n: number): Promise<number> => devices.use(user(n), async () => (await timerClock().sleep(1), (uses += 1)));
    await Promise.all(Array.from({ length: 60 }, (_, i) => use(i % 12)));
    expect(uses).toBe(60);
    expect(most()).toBe(3);
    expect(log.filter((line) => line === "-@bot:x")).toEqual([]);
    await devices.closeAll();
    expect(log.filter((line) => line.startsWith("+"))).toHaveLength(log.filter((line) => line.startsWith("-")).length);
    await expect(use(1)).rejects.toThrow("stopped");
  });

  it("are closed when nobody has used them for a while, and not while somebody does", async () => {
    const { devices, log, pass } = scene();
    await devices.use("@bot:x", async () => {});
    await devices.use(user(1), async () => {});
    await devices.use(user(1), async () => {
      pass();
      await timerClock().sleep(5);
      expect(log).toEqual(["+@bot:x", "+@1:x"]);
    });
    pass();
    await expect.poll(() => log.at(-1)).toBe("-@1:x");
    expect(devices.users).toEqual(["@bot:x"]);
  });

  it("that cannot be opened take no place, and are opened the next time", async () => {
    let isBroken = true;
    const { devices } = scene({ limit: 2, fails: (userId) => isBroken && userId !== "@bot:x" });
    await devices.use("@bot:x", async () => {});
    for (let i = 0; i < 5; i += 1) await expect(devices.use(user(i), async () => {})).rejects.toThrow("cannot be opened");
    isBroken = false;
    await expect(devices.use(user(1), async () => "used")).resolves.toBe("used");
  });
});
