import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ComposedHomeserver } from "../compose/create-homeserver.ts";
import { limits } from "../limits.ts";
import { operation } from "../store/statement.ts";
import { insertFilter } from "../store/statements/accounts.ts";
import { composed } from "../../tests/remote/compose.ts";
import type { Filters } from "./filters.ts";

let server: ComposedHomeserver;
let filters: Filters;
let [alice, bob] = [0, 0];
let tests = 0;
beforeAll(async () => {
  server = await composed();
  ({ filters } = server.parts.accounts);
});
beforeEach(async () => {
  const create = async (name: string): Promise<number> =>
    (await server.parts.accounts.accounts.create({ localpart: `${name}${tests}` })).userNid;
  tests++;
  [alice, bob] = [await create("alice"), await create("bob")];
});
afterAll(() => server[Symbol.asyncDispose]());

describe("a filter", () => {
  it("is read by its ID, by its user alone", async () => {
    const filter = { room: { timeline: { limit: 3 } } };
    const id = await filters.define(alice, filter);
    expect(JSON.parse((await filters.read(alice, id)) ?? "")).toEqual(filter);
    expect([await filters.read(bob, id), await filters.read(alice, `${id}1`)]).toEqual([undefined, undefined]);
  });

  it("has one ID however often it is stored, also at once, and another one than every other filter", async () => {
    const ids = await Promise.all([{ a: 1 }, { a: 2 }, { a: 1 }, { a: 3 }, { a: 2 }].map((filter) => filters.define(alice, filter)));
    expect([new Set(ids).size, ids[2], ids[4]]).toEqual([3, ids[0], ids[1]]);
  });

  it.each(["", "x", "-1", "1.0", " 1", "1e3", "1234567890123456"])("is none with the ID %j", async (id) => {
    await filters.define(alice, {});
    expect(await filters.read(alice, id)).toBeUndefined();
  });

  it("is one of so many of its user, and of so many bytes", async () => {
    const bytes = (count: number): object => ({ a: "é".repeat((count - '{"a":""}'.length) / 2) });
    await filters.define(alice, bytes(limits.filterBytes.value));
    await expect(filters.define(alice, bytes(limits.filterBytes.value + 2))).rejects.toMatchObject({ limit: "filterBytes" });
    const last = limits.filters.value - 1;
    await server.parts.core.store.commit([operation(insertFilter, alice, last, '{"last":1}')]);
    expect(await filters.define(alice, { n: 1 })).toBe(String(last + 1));
    await expect(filters.define(alice, { n: 2 })).rejects.toMatchObject({ name: "LimitError", limit: "filters" });
    expect([await filters.define(alice, { n: 1 }), await filters.define(alice, { last: 1 })]).toEqual([String(last + 1), String(last)]);
    expect(await filters.define(bob, { n: 2 })).toBe("1");
  });
});
