import type { TimelineItem } from "@patrix/client";
import { expect, it } from "vitest";
import { foldItems } from "./fold-items.ts";

/** An item as far as it is looked at here. */
function item(key: string, type: string, stateKey?: string): TimelineItem {
  return { kind: "event", key, redacted: false, event: { type, stateKey } } as TimelineItem;
}
const keys = (items: readonly TimelineItem[]): string[] =>
  foldItems(items).map(({ key, folded }) => (folded ? `${key}:${folded.length}` : key));

it("folds three changes in a row and more, and leaves out those that nobody is told of", () => {
  const member = (key: string): TimelineItem => item(key, "m.room.member", "@a:b");
  expect(keys([member("1"), member("2"), item("3", "m.room.message")])).toEqual(["1", "2", "3"]);
  expect(
    keys([member("1"), item("p", "m.room.power_levels", ""), member("2"), member("3"), item("4", "m.room.message"), member("5")]),
  ).toEqual(["folded.1:3", "4", "5"]);
});

it("knows what came before, so that messages of one person stand together", () => {
  const lines = foldItems([item("1", "m.room.message"), item("2", "m.room.message")]);
  expect(lines.map(({ before }) => before?.key)).toEqual([undefined, "1"]);
});
