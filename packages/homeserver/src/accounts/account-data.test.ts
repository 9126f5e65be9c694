import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ComposedHomeserver } from "../compose/create-homeserver.ts";
import { limits } from "../limits.ts";
import { operation } from "../store/statement.ts";
import { upsertAccountData } from "../store/statements/account-data.ts";
import { composed } from "../../tests/remote/compose.ts";
import { WatchedStore } from "../../tests/watched-store.ts";
import { AccountData, type AccountDataKey } from "./account-data.ts";

const watched = new WatchedStore();
let server: ComposedHomeserver;
let data: AccountData;
beforeAll(async () => {
  server = await composed({ shards: 2, wrapStore: watched.wrap });
  data = server.parts.accounts.accountData;
});
afterAll(() => server[Symbol.asyncDispose]());

let users = 0;
async function newUser(): Promise<number> {
  return (await server.parts.accounts.accounts.create({ localpart: `user${++users}` })).userNid;
}

const piece = (userNid: number, type = "org.example", roomNid = 0): AccountDataKey => ({ userNid, roomNid, type });
const tooMuch = (limit: string): unknown => expect.objectContaining({ name: "LimitError", limit });
/** Content whose JSON has so many bytes. */
const bytes = (count: number): { readonly a: string } => ({ a: "x".repeat(count - '{"a":""}'.length) });

async function read(key: AccountDataKey): Promise<unknown> {
  const json = await data.read(key);
  return json === undefined ? undefined : JSON.parse(json);
}

describe("a piece of account data", () => {
  it("is one of its user, room and type", async () => {
    const [alice, bob] = [await newUser(), await newUser()];
    await data.put(piece(alice), { of: "alice" });
    await data.put(piece(alice, "org.example", 5), { of: "room 5" });
    expect([await read(piece(alice)), await read(piece(alice, "org.example", 5))]).toEqual([{ of: "alice" }, { of: "room 5" }]);
    expect([await read(piece(bob)), await read(piece(alice, "other")), await read(piece(alice, "org.example", 6))]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect((await data.ofRoom(alice, 5)).map(({ type, json }) => [type, json])).toEqual([["org.example", '{"of":"room 5"}']]);
  });

  it("is changed from what is there, from an empty object where there is none, and no change of many is lost", async () => {
    const key = piece(await newUser());
    const add = (name: string): Promise<void> => data.change(key, (content) => ({ ...content, [name]: 1 }));
    await Promise.all(["a", "b", "c", "d"].map(add));
    expect(await read(key)).toEqual({ a: 1, b: 1, c: 1, d: 1 });
  });

  it("is told to listeners once it is stored, and to none when it is refused", async () => {
    const key = piece(await newUser());
    const told: [AccountDataKey, unknown][] = [];
    const reading: Promise<void>[] = [];
    data.onChange((changed) => void reading.push(read(changed).then((content) => void told.push([changed, content]))));
    await data.put(key, { a: 1 });
    await expect(data.put(key, bytes(limits.accountDataBytes.value + 1))).rejects.toEqual(tooMuch("accountDataBytes"));
    await Promise.all(reading);
    expect(told).toEqual([[key, { a: 1 }]]);
  });

  it("wakes its user, and nobody else", async () => {
    const [alice, bob] = [await newUser(), await newUser()];
    const { wakeUps } = server.parts.core;
    using waiting = wakeUps.register(alice);
    using other = wakeUps.register(bob);
    await data.put(piece(alice), {});
    const over = AbortSignal.abort();
    expect([await waiting.wait(0, over), await other.wait(0, over)]).toEqual([true, false]);
  });
});

describe("what is new since a cut", () => {
  it("is what was set after it, in order, whichever shard the user is on; all of it without a cut", async () => {
    for (const user of [await newUser(), await newUser(), await newUser()]) {
      const types = async (since?: readonly number[]): Promise<string[]> => (await data.since(user, since)).map(({ type }) => type);
      const from = await types();
      await data.put(piece(user, "b"), {});
      const cut = server.parts.core.log.committed;
      await data.put(piece(user, "a", 5), {});
      await data.put(piece(user, "b"), { again: true });
      expect([await types(cut), await types()]).toEqual([
        ["a", "b"],
        [...from, "a", "b"],
      ]);
    }
  });
});

describe("what is known of a user's account data", () => {
  const now = (): readonly number[] => server.parts.core.log.committed;
  const typesSince = async (by: AccountData, user: number, since?: readonly number[]): Promise<string[]> =>
    (await by.since(user, since)).map(({ type }) => type);
  /** How often the store was asked meanwhile. */
  async function asked(task: () => Promise<unknown>): Promise<number> {
    let count = 0;
    watched.afterRead = (statement) => void (count += Number(statement === "accountDataSince"));
    await task();
    watched.afterRead = undefined;
    return count;
  }

  it("spares the store where nothing can be new, and hides nothing that is", async () => {
    const user = await newUser();
    const by = new AccountData(server.parts.core);
    const cut = now();
    await data.put(piece(user, "a"), {});
    expect([await asked(async () => by.since(user, cut)), await asked(async () => by.since(user, now()))]).toEqual([1, 0]);
    expect([await typesSince(by, user, cut), await typesSince(by, user, now())]).toEqual([["a"], []]);
    const later = now();
    await by.put(piece(user, "b"), {});
    expect([await typesSince(by, user, later), await typesSince(by, user, now())]).toEqual([["b"], []]);
    expect(await asked(async () => by.since(user, now()))).toBe(0);
  });

  it("is nothing of what is stored while it is read", async () => {
    const user = await newUser();
    const cut = now();
    const by = new AccountData(server.parts.core);
    watched.afterRead = async (statement) => {
      if (statement !== "accountDataSince") return;
      watched.afterRead = undefined;
      await by.put(piece(user, "late"), {});
    };
    expect(await typesSince(by, user, cut)).toEqual([]);
    expect(await typesSince(by, user, cut)).toEqual(["late"]);
  });
});

describe("the limits", () => {
  it("bound the length of a type and the bytes of a piece, the last allowed included", async () => {
    const user = await newUser();
    const longest = "t".repeat(limits.accountDataTypeLength.value);
    await data.put(piece(user, longest), {});
    await expect(data.put(piece(user, `${longest}t`), {})).rejects.toEqual(tooMuch("accountDataTypeLength"));
    await data.put(piece(user), bytes(limits.accountDataBytes.value));
    await expect(data.put(piece(user), bytes(limits.accountDataBytes.value + 1))).rejects.toEqual(tooMuch("accountDataBytes"));
    expect((await data.read(piece(user)))?.length).toBe(limits.accountDataBytes.value);
  });

  it("bound the pieces of a user; what is there may be replaced all the same", async () => {
    const user = await newUser();
    const missing = limits.accountDataItems.value - (await data.since(user, undefined)).length;
    const stored = Array.from({ length: missing }, (_, i) => operation(upsertAccountData, user, 0, `t${i}`, "{}", i + 1));
    await server.parts.core.store.commit(stored);
    await expect(data.put(piece(user, "one.more"), { longer: true })).rejects.toEqual(tooMuch("accountDataItems"));
    await data.put(piece(user, "t1"), { longer: true });
    expect(await data.since(user, undefined)).toHaveLength(limits.accountDataItems.value);
  });

  it("bound the pieces for one room, and leave another room alone", async () => {
    const user = await newUser();
    for (let i = 0; i < limits.accountDataRoomItems.value; i++) await data.put(piece(user, `t${i}`, 5), {});
    await expect(data.put(piece(user, "one.more", 5), {})).rejects.toEqual(tooMuch("accountDataRoomItems"));
    await data.put(piece(user, "t0", 5), { longer: true });
    await data.put(piece(user, "one.more", 6), {});
    await data.put(piece(user, "one.more"), {});
  });

  it("bound the bytes for one room and in all: types count, and a piece does not count twice when it is replaced", async () => {
    const user = await newUser();
    const half = limits.accountDataRoomBytes.value / 2;
    await data.put(piece(user, "a", 5), bytes(half - 1));
    await expect(data.put(piece(user, "b", 5), bytes(half))).rejects.toEqual(tooMuch("accountDataRoomBytes"));
    await data.put(piece(user, "b", 5), bytes(half - 1));
    // What shrinks a piece, or keeps its size, is always taken.
    await data.put(piece(user, "b", 5), bytes(half - 1));
    await expect(data.put(piece(user, "b", 5), bytes(half))).rejects.toEqual(tooMuch("accountDataRoomBytes"));
    for (let room = 6; ; room++) {
      const used = (await data.since(user, undefined)).reduce((sum, { type, json }) => sum + Buffer.byteLength(type + json), 0);
      const left = limits.accountDataTotalBytes.value - used - 1;
      if (left > half) {
        await data.put(piece(user, "a", room), bytes(half - 1));
        continue;
      }
      await expect(data.put(piece(user, "a", room), bytes(left + 1))).rejects.toEqual(tooMuch("accountDataTotalBytes"));
      await data.put(piece(user, "a", room), bytes(left));
      break;
    }
  });
});
