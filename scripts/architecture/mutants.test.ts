import { expect, it } from "vitest";
import { applyMutant, mutantsOf } from "./mutants.ts";

const changed = (text: string): string[] => mutantsOf("x.ts", text).map((mutant) => applyMutant(text, mutant));

it("swaps operators, forces conditions, and leaves out calls, results and errors", () => {
  expect(changed("const a = b === c;")).toEqual(["const a = b !== c;"]);
  expect(changed("if (a) b();")).toEqual(["if (true) b();", "if (false) b();", "if (a) ;"]);
  expect(changed("const f = () => { return 1; };")).toEqual(["const f = () => { return; };", "const f = () => { return (1 + 1); };"]);
  expect(changed("const a = !b ? c : d;")).toEqual(["const a = !(!b) ? c : d;", "const a = b ? c : d;"]);
  expect(changed("await save();")).toEqual([";"]);
});

it("leaves types, imports and the words of errors alone", () => {
  expect(changed('import a from "a"; interface B { c: 1 } type D = 2 | 3;')).toEqual([]);
  expect(changed("throw new Error(`${a + b}`);")).toEqual([";"]);
  expect(changed("const f = () => { return undefined; };")).toEqual([]);
});

it("changes texts and items of tables only where tables are meant", () => {
  const text = 'export const table = { kind: "a", "b": ["c", x] };\n';
  const changedAs = (kind: "code" | "table") => mutantsOf("a.ts", text, kind).map((mutant) => applyMutant(text, mutant).slice(23, -4));
  expect(changedAs("code")).toEqual([]);
  expect(changedAs("table")).toEqual([
    'kind: "mutated", "b": ["c", x]',
    'kind: "a", "b": [...[], x]',
    'kind: "a", "b": ["c", ...[]]',
    'kind: "a", "b": ["mutated", x]',
  ]);
});
