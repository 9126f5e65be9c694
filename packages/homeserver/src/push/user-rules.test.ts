import { insertRule, predefinedRules } from "@patrix/push-rules";
import { describe, expect, it } from "vitest";
import { temporaryCore } from "../../tests/temporary-core.ts";
import { AccountData } from "../accounts/account-data.ts";
import { position } from "../log/position.ts";
import { PushRules } from "./push-rules.ts";
import { UserRules } from "./user-rules.ts";

const alice = "@alice:example.org";
const userNid = 64;
const event = { type: "m.room.message", sender: "@bob:example.org", content: { body: "cake", msgtype: "m.text" } };
const context = { userId: alice, roomId: "!room" };

describe("the rules of a user", () => {
  it("are the user's own for what comes after the first change, in each shard and over a restart", async () => {
    await using fixture = await temporaryCore({ shards: 2 });
    const { core } = fixture;
    const rules = await UserRules.open(core, new PushRules(new AccountData(core)));
    const positions = [core.log.next(0), core.log.next(1), core.log.next(1)];
    await core.log.append({ positions, operations: [] });
    expect([rules.anyOwn, rules.hadOwn(userNid, position(100, 0)), rules.ownSince(userNid, 0)]).toEqual([
      false,
      false,
      Number.MAX_SAFE_INTEGER,
    ]);
    await rules.noteOwn(userNid);
    await core.log.append({ positions: [core.log.next(0), core.log.next(1)], operations: [] });
    await rules.noteOwn(userNid);
    const restarted = await fixture.restart();
    for (const opened of [rules, await UserRules.open(restarted, new PushRules(new AccountData(restarted)))]) {
      expect([opened.anyOwn, opened.ownSince(userNid, 0), opened.ownSince(userNid, 1)]).toEqual([true, positions[0], positions[2]]);
      const had = [position(1, 0), position(2, 0), position(2, 1), position(3, 1)].map((pos) => opened.hadOwn(userNid, pos));
      expect(had).toEqual([false, true, false, true]);
      expect(opened.hadOwn(userNid + 64, position(9, 0))).toBe(false);
    }
  });

  it("are kept ready until they change", async () => {
    await using fixture = await temporaryCore();
    const stored = new PushRules(new AccountData(fixture.core));
    const rules = await UserRules.open(fixture.core, stored);
    const notifies = async (): Promise<boolean | undefined> => (await rules.compiled(userNid, alice)).evaluate(event, context)?.notify;
    expect(await notifies()).toBe(true);
    await rules.noteOwn(userNid);
    await stored.store(userNid, insertRule(predefinedRules(alice), "content", { rule_id: "cake", pattern: "cake", actions: [] }));
    expect(await notifies()).toBe(true);
    rules.forget(userNid);
    expect(await notifies()).toBe(false);
  });
});
