import { expect, it } from "vitest";
import { compileFieldPicker } from "./field-picker.ts";

const event = JSON.stringify({ type: "m.x", content: { body: "b", "m.relates": { id: 1 }, a: { b: { c: 2, d: 3 } } }, "back\\slash": 1 });

it.each<[readonly string[], unknown]>([
  [["type"], { type: "m.x" }],
  [["content.body", "type"], { content: { body: "b" }, type: "m.x" }],
  [["content.m\\.relates"], { content: { "m.relates": { id: 1 } } }],
  [["content.m\\.relates.id"], { content: { "m.relates": { id: 1 } } }],
  [["content.a.b.c", "content.a.b.d"], { content: { a: { b: { c: 2, d: 3 } } } }],
  [["back\\\\slash"], { "back\\slash": 1 }],
  [["content", "content.body"], { content: { body: "b", "m.relates": { id: 1 }, a: { b: { c: 2, d: 3 } } } }],
  [["nothing", "content.none.x", "type.x", "toString", "__proto__"], {}],
  [[], {}],
])("keeps the fields %j", (paths, expected) => {
  expect(JSON.parse(compileFieldPicker(paths)?.(event) ?? "")).toEqual(expected);
});

it("changes nothing without a list", () => {
  expect(compileFieldPicker(undefined)).toBeUndefined();
});
