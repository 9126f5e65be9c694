import { expect, it } from "vitest";
import { groupByUser } from "./group-by-user.ts";

it("keeps the rows of each user together, in their order", () => {
  const [a, b, c] = [
    { user_nid: 2, id: "a" },
    { user_nid: 1, id: "b" },
    { user_nid: 2, id: "c" },
  ];
  expect(groupByUser([a, b, c])).toEqual(
    new Map([
      [2, [a, c]],
      [1, [b]],
    ]),
  );
  expect(groupByUser([])).toEqual(new Map());
});
