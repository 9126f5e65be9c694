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
});
