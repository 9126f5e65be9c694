import { describe, expect, it } from "vitest";
import { fold } from "./fold.ts";

describe("a folded text", () => {
  it.each([
    ["Zoë", "zoe"],
    ["ÅNGSTRÖM", "angstrom"],
    ["Łukasz Ørsted", "lukasz orsted"],
    ["Straße", "strasse"],
    ["İstanbul", "istanbul"],
    ["ﬁnn", "finn"],
    ["Ｆｕｌｌ", "full"],
    ["Ёлка", "елка"],
    ["مُحَمَّد", "محمد"],
    ["가나", "가나"],
  ])("of %j is %j", (text, folded) => expect(fold(text)).toBe(folded));
});
