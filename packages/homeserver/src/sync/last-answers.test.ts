import { expect, it } from "vitest";
import { limits } from "../limits.ts";
import { LastAnswers } from "./last-answers.ts";

it("knows when those were told all there was who come back with the token of that", () => {
  const answers = new LastAnswers<string>();
  answers.note("a", "one", 1);
  answers.note("b", "one", 2);
  answers.note("a", "two", 3);
  expect([answers.timeOf("a", "two"), answers.timeOf("a", "one"), answers.timeOf("b", "one")]).toEqual([3, undefined, 2]);
  expect([answers.timeOf("a", undefined), answers.timeOf("c", undefined)]).toEqual([undefined, undefined]);
  answers.forget("a");
  expect([answers.timeOf("a", "two"), answers.timeOf("b", "one")]).toEqual([undefined, 2]);
});

it("forgets whom it told longest ago", () => {
  const answers = new LastAnswers<number>();
  for (let client = 0; client <= limits.recentSyncs.value; client++) answers.note(client, "t", client);
  expect([answers.timeOf(0, "t"), answers.timeOf(limits.recentSyncs.value, "t")]).toEqual([undefined, limits.recentSyncs.value]);
});
