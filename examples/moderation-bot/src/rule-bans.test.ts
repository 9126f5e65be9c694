import { maxPolicyRules, type PolicyRule } from "@patrix/bot";
import type { RoomId } from "@patrix/client";
import { expect, it } from "vitest";
import { wholeLists } from "./rule-bans.ts";

const rule = (listId: RoomId): PolicyRule => ({
  kind: "user",
  entity: "@a:b.org",
  recommendation: "m.ban",
  reason: "",
  listId,
  matches: () => false,
});

it("a list that was left, that is not known, or that has more rules than are read, takes nothing back", () => {
  const lists = [
    { id: "!short:b.org", membership: "join" },
    { id: "!left:b.org", membership: "leave" },
    undefined,
    { id: "!long:b.org", membership: "join" },
  ] as const;
  const rules = [rule("!short:b.org"), ...Array.from({ length: maxPolicyRules }, () => rule("!long:b.org"))];
  expect([...wholeLists(lists, rules)]).toEqual(["!short:b.org"]);
  expect([...wholeLists(lists, rules.slice(0, -1))]).toEqual(["!short:b.org", "!long:b.org"]);
});
