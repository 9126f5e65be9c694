import * as fc from "fast-check";
import * as z from "zod/mini";
import { describe, expect, it } from "vitest";
import { type Model, model } from "./model.ts";
import { jsonObject, obj, openEnum, record } from "./object.ts";

interface Thing {
  name: string;
  kind?: string | undefined;
}
const Thing: Model<Thing> = model(() => obj<Thing>({ name: z.string(), kind: z.optional(openEnum(["a", "b"])) }));
const Map: Model<Record<string, Thing>> = model(() => record(z.string(), Thing.schema));

describe("obj", () => {
  it("keeps members that it does not know, and the object itself", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true }), fc.string(), (unknown, name) => {
        const { kind: _, ...rest } = unknown;
        const value = { ...rest, name };
        const text = JSON.stringify(value);
        expect(Thing.parse(value)).toBe(value);
        expect(JSON.stringify(value)).toBe(text);
      }),
    );
  });

  it("accepts values of an open enumeration that it does not know, but only texts", () => {
    expect(Thing.is({ name: "", kind: "org.example.c" })).toBe(true);
    expect(Thing.is({ name: "", kind: 1 })).toBe(false);
    expect(Thing.is({ name: "", kind: null })).toBe(false);
  });
});

describe("record", () => {
  const hostile = JSON.parse('{"__proto__": 5}') as unknown;

  it("refuses a member named __proto__, which zod would leave unchecked", () => {
    expect(Map.safeParse(hostile)).toMatchObject({ ok: false });
    expect(z.safeParse(z.compile(Map.schema), hostile).success).toBe(false);
  });

  it.each([[[]], [null], ["text"], [undefined], [{ a: 1 }], [{ a: {} }]])("refuses %j", (value) => {
    expect(Map.is(value)).toBe(false);
  });

  it("names the member that is wrong", () => {
    expect(Map.safeParse({ "a/b": { name: "" }, c: {} })).toEqual({
      ok: false,
      issues: [{ pointer: "/c/name", message: "required, but missing" }],
    });
  });
});

describe("jsonObject", () => {
  it("takes objects only, and looks at nothing in them", () => {
    const schema = jsonObject();
    expect([{}, { a: undefined }].every((value) => z.safeParse(schema, value).success)).toBe(true);
    expect([[], null, "", 1, undefined].some((value) => z.safeParse(schema, value).success)).toBe(false);
  });
});
