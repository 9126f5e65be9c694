import { getRule, setRuleEnabled } from "@patrix/push-rules";
import { describe, expect, it } from "vitest";
import { temporaryCore } from "../../tests/temporary-core.ts";
import { AccountData } from "../accounts/account-data.ts";
import { LimitError } from "../errors.ts";
import { limits } from "../limits.ts";
import { PushRules } from "./push-rules.ts";
import { serverRules } from "./server-rules.ts";

const alice = "@alice:example.org";
const userNid = 64;
const ruleIds = [".m.rule.suppress_notices", ".m.rule.invite_for_me", ".m.rule.member_event", ".m.rule.tombstone", ".m.rule.reaction"];

describe("the push rules of a user", () => {
  it("are the predefined ones until they are changed", async () => {
    await using fixture = await temporaryCore();
    expect(await new PushRules(new AccountData(fixture.core)).read(userNid, alice)).toEqual(serverRules(alice));
  });

  it("keep each of many changes at once, and the predefined rules beside them, over a restart", async () => {
    await using fixture = await temporaryCore();
    const rules = new PushRules(new AccountData(fixture.core));
    await Promise.all(
      ruleIds.map((ruleId) => rules.change(userNid, alice, (ruleset) => setRuleEnabled(ruleset, "override", ruleId, false))),
    );
    const read = await new PushRules(new AccountData(await fixture.restart())).read(userNid, alice);
    expect(ruleIds.map((ruleId) => getRule(read, "override", ruleId)?.enabled)).toEqual(ruleIds.map(() => false));
    expect(read.underride).toEqual(serverRules(alice).underride);
    expect(await new PushRules(new AccountData(fixture.core)).read(userNid + 64, alice)).toEqual(serverRules(alice));
  });

  it("gain the predefined rules that were not there when they were stored", async () => {
    await using fixture = await temporaryCore();
    const rules = new PushRules(new AccountData(fixture.core));
    await rules.store(userNid, { override: [], underride: [], sender: [], room: [], content: [] });
    expect(await rules.read(userNid, alice)).toEqual(serverRules(alice));
  });

  it("stay as they are when they would be too large, or the change is refused", async () => {
    await using fixture = await temporaryCore();
    const rules = new PushRules(new AccountData(fixture.core));
    const large = { rule_id: "x".repeat(limits.pushRulesBytes.value), default: false, enabled: true, actions: [] };
    await expect(rules.change(userNid, alice, (ruleset) => ({ ...ruleset, room: [large] }))).rejects.toThrow(LimitError);
    const refused = rules.change(userNid, alice, () => {
      throw new Error("refused");
    });
    await expect(refused).rejects.toThrow("refused");
    expect(await rules.read(userNid, alice)).toEqual(serverRules(alice));
    await rules.change(userNid, alice, (ruleset) => setRuleEnabled(ruleset, "override", ".m.rule.reaction", false));
    expect(getRule(await rules.read(userNid, alice), "override", ".m.rule.reaction")?.enabled).toBe(false);
  });

  it("wake the user who waits for news, when they are stored", async () => {
    await using fixture = await temporaryCore();
    using waiter = fixture.core.wakeUps.register(userNid);
    using other = fixture.core.wakeUps.register(userNid + 64);
    await new PushRules(new AccountData(fixture.core)).store(userNid, serverRules(alice));
    expect([await waiter.wait(0, AbortSignal.abort()), await other.wait(0, AbortSignal.abort())]).toEqual([true, false]);
  });
});
