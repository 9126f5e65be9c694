import type { Schema } from "@patrix/identifiers";
import { RoomId } from "@patrix/identifiers";
import * as fc from "fast-check";
import * as z from "zod/mini";
import { expect, it } from "vitest";
import { acceptorOf } from "./acceptor.ts";
import { independent } from "./independent.ts";
import { jsonObject, obj, openEnum, record } from "./object.ts";

const leaves: readonly Schema<unknown>[] = [
  z.string(),
  z.int(),
  z.number(),
  z.boolean(),
  z.literal("a"),
  z.literal([1, "b"]),
  z.unknown(),
  z.null(),
  z.nullable(z.string()),
  z.enum(["a", "b"]),
  jsonObject(),
  openEnum(["a"]),
  RoomId as Schema<unknown>,
  z.string().check(z.minLength(2)),
  z.string().check(
    z.regex(/^a/),
    z.refine((text) => text.length < 3),
  ),
  z.pipe(
    z.string(),
    z.transform((text) => text.length),
  ) as never,
  z._default(z.string(), "x") as never,
  z.tuple([z.string()]),
  z.discriminatedUnion("type", [z.object({ type: z.literal("a"), a: z.string() }), z.object({ type: z.literal("b") })]),
  z.strictObject({ a: z.string() }),
  z.object({ a: z.string() }),
];
const names = ["a", "b", "type", "toString", "n"];

/** Any schema, three levels deep. */
const schemas: fc.Arbitrary<Schema<unknown>> = fc.letrec<{ schema: Schema<unknown>; branch: Schema<unknown> }>((tie) => ({
  branch: fc.oneof(
    tie("schema").map((inner) => z.array(inner) as Schema<unknown>),
    tie("schema").map((inner) => independent(z.array(inner)) as Schema<unknown>),
    tie("schema").map((inner) => z.optional(inner) as Schema<unknown>),
    tie("schema").map((inner) => record(z.string(), inner) as Schema<unknown>),
    tie("schema").map((inner) => z.record(z.string(), inner) as Schema<unknown>),
    tie("schema").map((inner) => z.record(z.enum(["a", "b"]), inner) as Schema<unknown>),
    fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((options) => z.union(options as [Schema<unknown>]) as Schema<unknown>),
    fc
      .dictionary(fc.constantFrom(...names), fc.tuple(tie("schema"), fc.boolean()))
      .map((shape) =>
        obj(Object.fromEntries(Object.entries(shape).map(([name, [inner, is]]) => [name, is ? z.optional(inner) : inner])) as never),
      ),
  ),
  schema: fc.oneof({ maxDepth: 3, depthIdentifier: "schema" }, fc.constantFrom(...leaves), tie("branch")),
})).branch;

const scalars = fc.oneof(
  fc.constantFrom<unknown>("a", "b", "ab", "abc", "!a:b", "", 1, 1.5, Number.NaN, 2 ** 60, true, null, undefined, 5n),
  fc.anything({ withNullPrototype: true, withSparseArray: true, withMap: true }),
);
const values: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "small" },
    scalars,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...names, "__proto__", "c"), tie("value")),
  ),
})).value;

it("accepts nothing that zod refuses", () => {
  let accepted = 0;
  fc.assert(
    fc.property(schemas, fc.array(values, { minLength: 20, maxLength: 20 }), (schema, all) => {
      const accepts = acceptorOf(schema);
      for (const value of all) {
        if (!accepts(value)) continue;
        accepted += 1;
        expect(z.safeParse(schema, value).success).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
  expect(accepted).toBeGreaterThan(200);
});

it("accepts what is as it should be without asking zod", () => {
  const schema = obj<{ id: string; n?: number | undefined; map: Record<string, object[]> }>({
    id: RoomId,
    n: z.optional(z.int()),
    map: independent(record(z.string(), z.array(jsonObject()))),
  });
  const accepts = acceptorOf(schema);
  // Whatever is made of it now, it is not asked.
  schema._zod.run = schema._zod.parse = () => expect.unreachable("zod was asked");
  expect(accepts({ id: "!a:b", map: { x: [{}, { y: 1 }] }, more: 1 })).toBe(true);
  expect(accepts({ id: "!a:b", n: undefined, map: {} })).toBe(true);
  for (const wrong of [null, [], {}, { id: 5, map: {} }, { id: "!a:b", map: { x: [5] } }, { id: "!a:b", n: 1.5, map: {} }])
    expect(accepts(wrong)).toBe(false);
});

it("follows a schema that contains itself", () => {
  interface Tree {
    readonly children?: readonly Tree[] | undefined;
  }
  const tree: Schema<Tree> = obj<Tree>({
    get children() {
      return z.optional(z.array(tree)) as never;
    },
  });
  const accepts = acceptorOf(tree);
  expect(accepts({ children: [{}, { children: [{}] }] })).toBe(true);
  expect(accepts({ children: [{ children: 5 }] })).toBe(false);
});
