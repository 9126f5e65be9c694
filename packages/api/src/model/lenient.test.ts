import { UserId } from "@patrix/identifiers";
import * as fc from "fast-check";
import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { ValidationError } from "../errors.ts";
import { lenient, whenEmpty, whenMissing } from "./lenient.ts";
import { type Model, model, paramsModel } from "./model.ts";
import { obj, record } from "./object.ts";
import { boolParam, jsonParam } from "./params.ts";

interface Child {
  id: number;
  note?: string | undefined;
}
interface Tree {
  name: string;
  url?: string | undefined;
  child?: Child | undefined;
  children: Child[];
  byKey?: Record<string, Child> | undefined;
  either?: Child | string | undefined;
  owner?: UserId | undefined;
}

const Child: Model<Child> = model(() =>
  obj<Child>({
    id: lenient(z.int(), "number-as-text", (value) =>
      typeof value === "string" && /^\d{1,9}$/.test(value) ? { replacement: Number(value) } : undefined,
    ),
    note: z.optional(z.string()),
  }),
);
const Tree: Model<Tree> = model(() =>
  obj<Tree>({
    name: lenient(z.string(), "no-name", whenMissing({ replacement: "" })),
    url: lenient(z.optional(z.string().check(z.regex(/^mxc:/))), "empty", whenEmpty("remove")),
    child: lenient(z.optional(Child.schema), "bad-child", () => "remove"),
    children: lenient(z.array(Child.schema), "no-children", whenMissing({ replacement: [] })),
    byKey: z.optional(record(z.string(), Child.schema)),
    either: z.optional(z.union([Child.schema, z.string()])),
    owner: z.optional(UserId),
  }),
);
const good: Tree = { name: "a", children: [] };
const longId = `@${"a".repeat(300)}:s`;

describe("strict mode", () => {
  it("is the default and repairs nothing", () => {
    expect(Tree.safeParse({ ...good, url: "" }).ok).toBe(false);
    expect(Tree.safeParse({ ...good, url: "" }, { mode: "strict" }).ok).toBe(false);
    expect(() => Tree.parse({ ...good, url: "" })).toThrow(ValidationError);
  });

  it("accepts with an empty list of repairs", () => {
    expect(Tree.safeParse(good)).toEqual({ ok: true, value: good, repairs: [] });
  });
});

describe("lenient mode", () => {
  const cases: [string, object, object, object[]][] = [
    ["removes", { ...good, url: "" }, good, [{ pointer: "/url", rule: "empty", original: "" }]],
    ["fills in what is missing", { children: [] }, { name: "", children: [] }, [{ pointer: "/name", rule: "no-name" }]],
    ["replaces null", { ...good, name: null }, { ...good, name: "" }, [{ pointer: "/name", rule: "no-name", original: null }]],
    [
      "takes null in an optional member as absent",
      { ...good, byKey: null, owner: null },
      good,
      [
        { pointer: "/byKey", rule: "null", original: null },
        { pointer: "/owner", rule: "null", original: null },
      ],
    ],
    [
      "repairs items of lists",
      { ...good, children: [{ id: 1 }, { id: "2", x: true }] },
      { ...good, children: [{ id: 1 }, { id: 2, x: true }] },
      [{ pointer: "/children/1/id", rule: "number-as-text", original: "2" }],
    ],
    [
      "repairs values of maps",
      { ...good, byKey: { "a/b": { id: "3" } } },
      { ...good, byKey: { "a/b": { id: 3 } } },
      [{ pointer: "/byKey/a~1b/id", rule: "number-as-text", original: "3" }],
    ],
    [
      "repairs within unions",
      { ...good, either: { id: "4" } },
      { ...good, either: { id: 4 } },
      [{ pointer: "/either/id", rule: "number-as-text", original: "4" }],
    ],
    [
      "tries the inner rule before the outer",
      { ...good, child: { id: "5" } },
      { ...good, child: { id: 5 } },
      [{ pointer: "/child/id", rule: "number-as-text", original: "5" }],
    ],
    [
      "falls back to the outer rule, once for all that is wrong within",
      { ...good, child: { id: true, note: 1 } },
      good,
      [{ pointer: "/child", rule: "bad-child", original: { id: true, note: 1 } }],
    ],
    [
      "lets identifiers of any length pass as they are",
      { ...good, owner: longId },
      { ...good, owner: longId },
      [{ pointer: "/owner", rule: "arbitrary-length-ids", original: longId }],
    ],
    [
      "repairs all at once",
      { name: null, url: "", children: [{ id: "1", note: null }], owner: longId },
      { name: "", children: [{ id: 1 }], owner: longId },
      [
        { pointer: "/name", rule: "no-name", original: null },
        { pointer: "/url", rule: "empty", original: "" },
        { pointer: "/children/0/id", rule: "number-as-text", original: "1" },
        { pointer: "/children/0/note", rule: "null", original: null },
        { pointer: "/owner", rule: "arbitrary-length-ids", original: longId },
      ],
    ],
  ];
  it.each(cases)("%s", (_, input, value, repairs) => {
    const before = structuredClone(input);
    expect(Tree.safeParse(deepFreeze(input), { mode: "lenient" })).toEqual({ ok: true, value, repairs });
    expect(input).toEqual(before);
  });

  it("copies only what contains a repair", () => {
    const input = { ...good, url: "", byKey: { a: { id: 1 } } };
    const { byKey } = Tree.parse(input, { mode: "lenient" });
    expect(byKey).toBe(input.byKey);
  });

  it("refuses what no rule can repair, and names only that", () => {
    const result = Tree.safeParse({ ...good, url: "", children: [{ id: "x" }], owner: "nobody" }, { mode: "lenient" });
    expect(result.ok ? [] : result.issues.map(({ pointer }) => pointer)).toEqual(["/children/0/id", "/owner"]);
    expect(() => Tree.parse("text", { mode: "lenient" })).toThrow(ValidationError);
  });

  it("does not remove items of a list", () => {
    const List = model(() => z.array(lenient(z.string(), "drop", () => "remove")));
    expect(List.safeParse(["a", 1], { mode: "lenient" }).ok).toBe(false);
  });

  it("tells of repairs only if the payload is accepted", () => {
    const seen: string[] = [];
    const options = { mode: "lenient", onRepair: ({ rule }: { rule: string }) => seen.push(rule) } as const;
    Tree.safeParse({ ...good, url: "", owner: 1 }, options);
    expect(seen).toEqual([]);
    Tree.parse({ ...good, url: "" }, options);
    expect(seen).toEqual(["empty"]);
  });

  it("gives up on rules that never end", () => {
    const Endless = model(() => obj<{ n: string }>({ n: lenient(z.string(), "endless", (value) => ({ replacement: [value] })) }));
    expect(Endless.safeParse({ n: 1 }, { mode: "lenient" }).ok).toBe(false);
  });

  it("keeps a key named __proto__ where it was", () => {
    const input: unknown = JSON.parse('{"name":null,"children":[],"__proto__":{"x":1}}');
    const value = Tree.parse(input, { mode: "lenient" });
    expect(JSON.stringify(value)).toBe('{"name":"","children":[],"__proto__":{"x":1}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  it("converts parameters whose identifiers it lets pass", () => {
    interface Query {
      user: UserId;
      full?: boolean | undefined;
      tree?: Child | undefined;
    }
    const Query: Model<Query> = paramsModel(() =>
      obj<Query>({ user: UserId, full: z.optional(boolParam()), tree: z.optional(jsonParam(Child.schema)) }),
    );
    expect(Query.parse({ user: longId, full: "true" }, { mode: "lenient" })).toEqual({ user: longId, full: true });
    expect(Query.safeParse({ user: "@a:b", tree: '{"id":"1"}' }, { mode: "lenient" }).ok).toBe(false);
  });
});

describe("laws of lenient mode", () => {
  const treeLike = fc.record(
    {
      name: fc.oneof(fc.string(), fc.constant(null)),
      url: fc.constantFrom("", "mxc://a/b", null, 1),
      child: fc.oneof(fc.jsonValue(), fc.record({ id: fc.oneof(fc.integer(), fc.constant("7")) })),
      children: fc.oneof(fc.array(fc.record({ id: fc.oneof(fc.integer(), fc.constantFrom("7", "x")) })), fc.constant(null)),
      byKey: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), fc.constant(null)),
      either: fc.jsonValue(),
      owner: fc.constantFrom("@a:b", longId, 1, null),
      unknown: fc.jsonValue(),
    },
    { requiredKeys: [] },
  );

  it("whatever strict mode accepts, lenient mode returns as it is", () => {
    fc.assert(
      fc.property(fc.oneof(treeLike, fc.jsonValue()), (value) => {
        const strict = Tree.safeParse(value);
        if (!strict.ok) return;
        const result = Tree.safeParse(value, { mode: "lenient" });
        expect(result).toEqual({ ok: true, value, repairs: [] });
        expect(result.ok && result.value).toBe(value);
      }),
      { numRuns: 500 },
    );
  });

  it("whatever lenient mode returns, strict mode accepts, but for long identifiers; the input stays as it was", () => {
    fc.assert(
      fc.property(fc.oneof(treeLike, fc.jsonValue()), (value) => {
        const before = JSON.stringify(value);
        const result = Tree.safeParse(deepFreeze(value), { mode: "lenient" });
        expect(JSON.stringify(value)).toBe(before);
        if (!result.ok || result.repairs.some(({ rule }) => rule === "arbitrary-length-ids")) return;
        expect(Tree.is(result.value)).toBe(true);
        expect(result.repairs.length === 0).toBe(Object.is(result.value, value));
      }),
      { numRuns: 1000 },
    );
  });
});

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach((member) => deepFreeze(member));
  return value;
}
