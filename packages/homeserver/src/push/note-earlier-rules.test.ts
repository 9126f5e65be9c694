import { predefinedRules, setRuleEnabled } from "@patrix/push-rules";
import { expect, it } from "vitest";
import { temporaryCore } from "../../tests/temporary-core.ts";
import { AccountData } from "../accounts/account-data.ts";
import { position } from "../log/position.ts";
import { noteEarlierRules } from "./note-earlier-rules.ts";
import { PushRules } from "./push-rules.ts";
import { UserRules } from "./user-rules.ts";

it("finds who has rules of their own among more users than one page has", async () => {
  await using fixture = await temporaryCore();
  const { core } = fixture;
  const stored = new PushRules(new AccountData(core));
  const own: number[] = [];
  const names = Array.from({ length: 1_005 }, (_, i) => `@user${i}:example.org`);
  await Promise.all(
    names.map(async (userId, i) => {
      const nid = await core.users.intern(userId);
      const isOwn = i % 300 === 3;
      if (isOwn) own.push(nid);
      const rules = predefinedRules(userId);
      await stored.store(nid, isOwn ? setRuleEnabled(rules, "override", ".m.rule.reaction", false) : rules);
    }),
  );
  await noteEarlierRules(core);
  const rules = await UserRules.open(core, stored);
  const found: number[] = [];
  for (const userId of names) {
    const nid = await core.users.intern(userId);
    if (rules.hadOwn(nid, position(1, 0))) found.push(nid);
  }
  expect(found.toSorted((a, b) => a - b)).toEqual(own.toSorted((a, b) => a - b));
  expect(own).toHaveLength(4);
});
