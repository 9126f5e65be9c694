import { getRoomVersionRules, PowerLevels, type RoomVersionRules } from "@patrix/room-versions";
import type { JsonObject } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { retiredPowerLevels, upgradedPowerLevels } from "./upgraded-power-levels.ts";

const [ann, bea, cem] = ["@ann:x", "@bea:x", "@cem:x"] as const;
const rulesOf = (version: string): RoomVersionRules => getRoomVersionRules(version) ?? expect.unreachable();

/** A room of Ann's, and from version 12 on also of Bea's. */
function roomWith(version: string, content: JsonObject | undefined) {
  const rules = rulesOf(version);
  const create = { sender: ann, content: { creator: ann, additional_creators: [bea] } };
  return { content, rules, levels: new PowerLevels(content && { content }, create, rules) };
}
const upgraded = (from: string, to: string, content: JsonObject | undefined, creators: readonly string[] = [ann]): JsonObject =>
  upgradedPowerLevels(roomWith(from, content), { rules: rulesOf(to), creators: new Set(creators) });

describe("the power levels of a room that replaces another", () => {
  it("are the same, what the server does not know included", () => {
    const content = {
      users: { [ann]: 100, [bea]: 50 },
      users_default: 1,
      events: { "m.room.name": 70 },
      ban: 60,
      notifications: { room: 20 },
      odd: "x",
    };
    expect(upgraded("10", "11", content)).toEqual(content);
  });

  it("are integers, where they were texts", () => {
    const content = {
      users: { [ann]: "100", [bea]: "much" },
      users_default: "5",
      events: { a: " 7 " },
      state_default: null,
      kick: "x",
    } as unknown as JsonObject;
    expect(upgraded("9", "10", content)).toMatchObject({ users: { [ann]: 100 }, users_default: 5, events: { a: 7 }, state_default: 50 });
    expect(upgraded("9", "10", content)["users"]).toEqual({ [ann]: 100 });
  });

  it("list no creator where creators are privileged", () => {
    expect(upgraded("11", "12", { users: { [ann]: 100, [bea]: 100, [cem]: 50, odd: 1 } }, [ann, bea])["users"]).toEqual({ [cem]: 50 });
    expect(upgraded("12", "12", { users: { [cem]: 50 } }, [cem])["users"]).toEqual({});
  });

  it("give those who are privileged no longer what suffices for everything", () => {
    expect(upgraded("12", "11", { users: { [cem]: 50 }, events: { "m.room.tombstone": 150 } })["users"]).toEqual({
      [ann]: 150,
      [bea]: 150,
      [cem]: 50,
    });
    expect(upgraded("12", "11", { users: {} })["users"]).toEqual({ [ann]: 100, [bea]: 100 });
  });

  it("keep the creator's where there was no event", () => {
    expect(upgraded("10", "11", undefined)).toEqual({ events: {}, users: { [ann]: 100 } });
  });
});

describe("the power levels of a room that was replaced", () => {
  it("let only those write and invite who have some power", () => {
    const content = { users: { [ann]: 100 }, events: { a: 1 } };
    expect(retiredPowerLevels(roomWith("11", content))).toEqual({ ...content, events_default: 50, invite: 50 });
    expect(retiredPowerLevels(roomWith("11", { ...content, users_default: 60, invite: 70 }))).toMatchObject({
      events_default: 61,
      invite: 70,
    });
  });

  it("leave the creator's level where there was no event", () => {
    expect(retiredPowerLevels(roomWith("11", undefined))).toEqual({ users: { [ann]: 100 }, events_default: 50, invite: 50 });
    expect(retiredPowerLevels(roomWith("12", undefined))["users"]).toEqual({});
  });
});
