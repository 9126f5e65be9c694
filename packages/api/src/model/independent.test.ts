import * as fc from "fast-check";
import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { type Endpoint, endpoint } from "../endpoint/endpoint.ts";
import type { Issue } from "../errors.ts";
import { independent } from "./independent.ts";
import { lenient, whenMissing } from "./lenient.ts";
import { type Model, model } from "./model.ts";
import { obj, record } from "./object.ts";

interface Item {
  id: number;
  name?: string | undefined;
}
interface Box {
  title: string;
  items: Item[];
  nested?: Record<string, Record<string, Item[]>> | undefined;
  together?: Item[] | undefined;
  parts?: Parts | undefined;
}
interface Parts {
  size: number;
  colour?: string | undefined;
  weight?: number | undefined;
}
const Item: Model<Item> = model(() => obj<Item>({ id: z.int(), name: z.optional(z.string()) }));
const Box: Model<Box> = model(() =>
  obj<Box>({
    title: lenient(z.string(), "no-title", whenMissing({ replacement: "" })),
    items: independent(z.array(Item.schema)),
    nested: z.optional(independent(record(z.string(), independent(record(z.string(), independent(z.array(Item.schema))))))),
    together: z.optional(z.array(Item.schema)),
    parts: z.optional(independent(obj<Parts>({ size: z.int(), colour: z.optional(z.string()), weight: z.optional(z.int()) }))),
  }),
);
const leftOut = { invalidItems: "left-out" } as const;
const result = (payload: unknown) => Box.safeParse(payload, leftOut);
const missing = (pointer: string): Issue => ({ pointer, message: "required, but missing" });

describe("independent items", () => {
  it("are refused together in strict mode", () => {
    expect(Box.safeParse({ title: "", items: [{ id: 1 }, {}] })).toEqual({ ok: false, issues: [missing("/items/1/id")] });
    expect(Box.is({ title: "", items: [{}] })).toBe(false);
  });

  it("are left out one by one if asked for, with what was wrong with each where it stood", () => {
    const payload = { title: "", items: [{}, { id: 1 }, { id: 2, name: 5 }, null, { id: 3 }] };
    const before = structuredClone(payload);
    expect(result(payload)).toEqual({
      ok: true,
      value: { title: "", items: [{ id: 1 }, { id: 3 }] },
      repairs: [],
      leftOut: [
        missing("/items/0/id"),
        { pointer: "/items/2/name", message: "expected string, got number" },
        { pointer: "/items/3", message: "expected object, got null" },
      ],
    });
    expect(payload).toEqual(before);
  });

  it("are left out by lenient mode, unless asked not to, after what can be repaired is repaired", () => {
    const payload = { items: [{ id: 1, name: null }, {}] };
    const lenientResult = Box.safeParse(payload, { mode: "lenient" });
    expect(lenientResult).toMatchObject({ value: { title: "", items: [{ id: 1 }] }, leftOut: [missing("/items/1/id")] });
    expect(lenientResult.ok && lenientResult.repairs.map(({ rule }) => rule)).toEqual(["no-title", "null"]);
    expect(Box.safeParse(payload, { mode: "lenient", invalidItems: "refused" }).ok).toBe(false);
  });

  it("are left out of the innermost list or map that they are in", () => {
    const good = [{ id: 1 }];
    const payload = { title: "", items: [], nested: { a: { b: [{}, { id: 1 }], c: 5, d: good }, e: "x", f: { g: good } } };
    expect(result(payload)).toMatchObject({ value: { nested: { a: { b: good, d: good }, f: { g: good } } } });
  });

  it("are no reason to accept what is wrong around them, or in lists that belong together", () => {
    expect(result({ items: [{}] })).toEqual({ ok: false, issues: [missing("/title"), missing("/items/0/id")] });
    expect(result({ title: "", items: {} }).ok).toBe(false);
    expect(result({ title: "", items: [], together: [{}] }).ok).toBe(false);
    expect(result([]).ok).toBe(false);
  });

  it("are left out where they are nested too deeply, whatever else is right about them", () => {
    const deep = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
    const payload = {
      title: "",
      items: [
        { id: 1, x: deep(20) },
        { id: 2, x: deep(3) },
        { id: 3, x: deep(50_000) },
      ],
    };
    const options = { ...leftOut, maxDepth: 10 };
    const parsed = Box.safeParse(payload, options);
    expect(parsed).toMatchObject({ ok: true, value: { items: [{ id: 2 }] } });
    expect(parsed.ok && parsed.leftOut?.map(({ message }) => message)).toEqual(
      Array(2).fill(expect.stringContaining("nested deeper than 10 levels")),
    );
    expect(Box.safeParse({ ...payload, x: deep(20) }, options).ok).toBe(false);
    expect(Box.safeParse(payload, { maxDepth: 10 }).ok).toBe(false);
    expect(Box.safeParse(payload).ok).toBe(true);
  });

  it("are independent whatever else is declared of their list, in any order", () => {
    const byRule = lenient(independent(z.array(z.int())), "none", whenMissing({ replacement: [] }));
    const byItem = independent(lenient(z.array(z.int()), "none", whenMissing({ replacement: [] })));
    for (const schema of [byRule, byItem]) {
      const list = model<{ list: number[] }>(() => obj<{ list: number[] }>({ list: schema }));
      expect(list.safeParse({ list: [1, "2"] }, leftOut)).toMatchObject({ ok: true, value: { list: [1] } });
      expect(list.safeParse({}, { mode: "lenient" })).toMatchObject({ ok: true, value: { list: [] } });
    }
  });

  it("may be optional members of an object, never required ones", () => {
    const parts = { size: 1, colour: 5, weight: 2 };
    expect(result({ title: "", items: [], parts })).toMatchObject({ ok: true, value: { parts: { size: 1, weight: 2 } } });
    expect(result({ title: "", items: [], parts: { ...parts, size: "big" } })).toMatchObject({ ok: false });
  });

  it("are left out where endpoints parse, and told", () => {
    const echo: Endpoint<{ body: Box }, Box> = endpoint({
      id: "echo",
      method: "POST",
      auth: "signedRequest",
      rateLimited: false,
      history: { stable: [{ since: "v1.1", path: "/echo" }] },
      body: Box,
      response: Box,
    });
    const body = { title: "", items: [{}, { id: 1 }] };
    const told: Issue[] = [];
    const onLeftOut = (issue: Issue): void => void told.push(issue);
    expect(echo.parseRequest({ params: {}, query: new URLSearchParams(), body }, { onLeftOut }).body.items).toEqual([{ id: 1 }]);
    expect(echo.parseResponse({ status: 200, body }, { onLeftOut }).items).toEqual([{ id: 1 }]);
    expect(told).toEqual([missing("/items/0/id"), missing("/items/0/id")]);
    const ofClient = endpoint<{ body: Box }, Box>({ ...echo, auth: "accessToken", body: Box, response: Box });
    expect(() => ofClient.parseRequest({ params: {}, query: new URLSearchParams(), body })).toThrow("/items/0/id");
    expect(() => echo.parseResponse({ status: 200, body }, { invalidItems: "refused" })).toThrow("/items/0/id");
  });

  it("keep all the good and none of the bad, in order", () => {
    const item = fc.oneof(fc.record({ id: fc.integer() }), fc.constantFrom({}, { id: "1" }, null, 5, { id: 1, name: 5 }, []));
    const nested = fc.dictionary(
      fc.string(),
      fc.oneof(fc.dictionary(fc.string(), fc.oneof(fc.array(item), fc.constant(5))), fc.constant(null)),
      {
        noNullPrototype: true,
      },
    );
    type Lists = Record<string, unknown>;
    const isGood = (value: unknown): boolean => Item.is(value);
    fc.assert(
      fc.property(fc.record({ title: fc.string(), items: fc.array(item), nested }), (payload) => {
        if (JSON.stringify(payload).includes("__proto__")) return;
        const parsed = result(payload);
        const maps = Object.entries<Lists | null>(payload.nested).flatMap(([key, map]): [string, Lists][] => (map ? [[key, map]] : []));
        const lists = (map: Lists): [string, unknown[]][] =>
          Object.entries(map).flatMap(([key, list]): [string, unknown[]][] => (Array.isArray(list) ? [[key, list]] : []));
        expect(parsed.ok && parsed.value).toEqual({
          title: payload.title,
          items: payload.items.filter(isGood),
          nested: Object.fromEntries(
            maps.map(([key, map]) => [key, Object.fromEntries(lists(map).map(([name, list]) => [name, list.filter(isGood)]))]),
          ),
        });
        expect(parsed.ok && Box.is(parsed.value)).toBe(true);
        expect(parsed.ok && parsed.leftOut === undefined).toBe(Box.is(payload));
      }),
      { numRuns: 300 },
    );
  });
});
