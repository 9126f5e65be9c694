import { expect, it } from "vitest";
import { statedOpening } from "./opening.ts";

it.each([
  ["m.room.join_rules", "", { join_rule: "public" }, true],
  ["m.room.join_rules", "", { join_rule: "invite" }, false],
  ["m.room.join_rules", "", { history_visibility: "world_readable", join_rule: ["public"] }, false],
  ["m.room.history_visibility", "", { history_visibility: "world_readable" }, true],
  ["m.room.history_visibility", "", { history_visibility: "shared", join_rule: "public" }, false],
  ["m.room.join_rules", "x", { join_rule: "public" }, undefined],
  ["m.room.topic", "", { join_rule: "public" }, undefined],
] as const)("a state event of type %s with key %j and content %j opens a room: %s", (type, stateKey, content, isOpen) => {
  expect(statedOpening({ type, stateKey }, { content })).toEqual(isOpen === undefined ? undefined : { reason: type, isOpen });
});

it("a setting that the state no longer has opens nothing", () => {
  expect(statedOpening({ type: "m.room.join_rules", stateKey: "" })).toEqual({ reason: "m.room.join_rules", isOpen: false });
});
