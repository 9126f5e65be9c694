import { roomVersions } from "@patrix/room-versions";
import type { JsonObject } from "@patrix/signatures";
import { describe, expect, it } from "vitest";
import { selectAuthEvents } from "./select-auth-events.ts";

const alice = "@alice:a.example";
const bob = "@bob:a.example";
const carol = "@carol:c.example";

describe.each([...roomVersions])("auth events selection in room version %s", (_, rules) => {
  const { knocking, restrictedJoinRule } = rules.authorization;
  const create = rules.eventFormat.allowRoomCreateInAuthEvents ? ["m.room.create|"] : [];
  const always = [...create, "m.room.power_levels|", `m.room.member|${alice}`];
  const select = (type: string, content: JsonObject = {}, stateKey?: string): string[] =>
    selectAuthEvents({ type, sender: alice, state_key: stateKey, content }, rules).map(([eventType, key]) => `${eventType}|${key}`);

  it("is nothing for the create event, and create, power levels and sender for most others", () => {
    expect(select("m.room.create", {}, "")).toEqual([]);
    expect(select("m.room.message")).toEqual(always);
    expect(select("m.room.topic", { membership: "join" }, "")).toEqual(always);
  });

  it("has each pair once where sender and target are the same", () => {
    expect(select("m.room.member", { membership: "join", join_authorised_via_users_server: alice }, alice)).toEqual([
      ...always,
      "m.room.join_rules|",
    ]);
  });

  it("has the target, and the join rules where they matter", () => {
    const target = [...always, `m.room.member|${bob}`];
    for (const membership of ["leave", "ban", "dance", 3]) expect(select("m.room.member", { membership }, bob)).toEqual(target);
    for (const membership of ["join", "invite"])
      expect(select("m.room.member", { membership }, bob)).toEqual([...target, "m.room.join_rules|"]);
    expect(select("m.room.member", { membership: "knock" }, bob)).toEqual(knocking ? [...target, "m.room.join_rules|"] : target);
  });

  it("has the third-party invite by its token, for invites only", () => {
    const invite = (membership: string, token: unknown) =>
      select("m.room.member", { membership, third_party_invite: { signed: { token } } }, bob);
    expect(invite("invite", "t")).toContain("m.room.third_party_invite|t");
    expect(invite("invite", 5)).toHaveLength(always.length + 2);
    expect(invite("join", "t")).not.toContain("m.room.third_party_invite|t");
  });

  it("has the user who authorises a join, where there are restricted rooms", () => {
    const via = (membership: string) => select("m.room.member", { membership, join_authorised_via_users_server: carol }, alice);
    expect(via("join").includes(`m.room.member|${carol}`)).toBe(restrictedJoinRule);
    expect(via("leave")).not.toContain(`m.room.member|${carol}`);
  });
});
