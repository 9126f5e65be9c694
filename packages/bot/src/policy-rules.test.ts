/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { createClient } from "@patrix/client";
import { localHomeserver } from "@patrix/homeserver/testing";
import { expect, it } from "vitest";
import { policyRulesOf } from "./policy-rules.ts";

it("reads the rules of a list, without what is malformed or taken back", async () => {
  await using server = await localHomeserver(["ann"]);
  await using client = await createClient("example.org", { fetch: server.fetch });
  await client.login.password("ann", "ann-password");
  await client.start();
  const list = await client.rooms.create();
  const rule = { entity: "@e?e*:example.org", recommendation: "m.ban" as const, reason: "spam" };
  await list.state.set("m.policy.rule.user", rule, "a");
  await list.state.set("m.policy.rule.server", { ...rule, entity: "*.evil", recommendation: "org.matrix.mjolnir.ban" }, "b");
  await list.state.set("m.policy.rule.room", { ...rule, recommendation: "org.example.mute" }, "c");
  await list.state.set("m.policy.rule.user", { entity: 5 } as never, "d");
  await list.state.set("m.policy.rule.user", rule, "e");
  await list.state.set("m.policy.rule.user", {} as never, "e");
  await list.state.set("m.policy.rule.user", rule, "last");
  await list.info.until(() => list.state.get("m.policy.rule.user", "last") !== undefined);
  const rules = policyRulesOf(list);
  expect(rules.map(({ kind, recommendation, listId }) => [kind, recommendation, listId === list.id])).toEqual([
    ["user", "m.ban", true],
    ["user", "m.ban", true],
    ["room", "org.example.mute", true],
    ["server", "m.ban", true],
  ]);
  expect(["@eve:example.org", "@Exe2:example.org", "@ee:example.org"].map((user) => rules[0]?.matches(user))).toEqual([true, true, false]);
  expect(rules[3]?.matches("a.evil")).toBe(true);
});
