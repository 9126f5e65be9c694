import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { membershipChange } from "./membership-change.ts";

const change = (from: string | undefined, to: string, bySelf = true): string =>
  membershipChange({ membership: to, displayname: "new" }, from === undefined ? undefined : { membership: from }, { bySelf }).change;

describe("membershipChange", () => {
  it("takes the absence of an event for having left", () => {
    expect([change(undefined, "join"), change(undefined, "leave")]).toEqual(["joined", "none"]);
  });

  it("tells who did it", () => {
    expect([change("join", "leave", true), change("join", "leave", false)]).toEqual(["left", "kicked"]);
    expect([change("invite", "leave", true), change("invite", "leave", false)]).toEqual(["invitation-rejected", "invitation-revoked"]);
    expect([change("knock", "leave", true), change("knock", "leave", false)]).toEqual(["knock-retracted", "knock-denied"]);
  });

  it("tells which part of a profile changed, and that none did", () => {
    const before = { membership: "join", displayname: "Alice" };
    expect(membershipChange({ ...before, displayname: null }, before, { bySelf: true })).toEqual({
      change: "profile-changed",
      displaynameChanged: true,
      avatarChanged: false,
    });
    expect(membershipChange({ ...before }, before, { bySelf: true }).change).toBe("none");
  });

  it("does not know memberships that are not specified, nor keys of prototypes", () => {
    expect([change("join", "lurk"), change("constructor", "join"), change("join", "toString")]).toEqual(["unknown", "unknown", "unknown"]);
  });
});

const vectors = new URL("../../../../../shared/spec/vectors/membership.json", import.meta.url);
describe.skipIf(!existsSync(vectors))("membership vectors of the specification (skipped without ../shared/spec)", () => {
  const words: Record<string, string | [string, string]> = {
    "no change": "none",
    never: "impossible",
    "profile changed": "profile-changed",
    "rejected (self) or revoked": ["invitation-rejected", "invitation-revoked"],
    "left (self) or kicked": ["left", "kicked"],
    "kicked and banned": "kicked-and-banned",
    "re-knocking": "knocked",
    knocking: "knocked",
    "knock accepted": "knock-accepted",
    "retracted (self) or denied": ["knock-retracted", "knock-denied"],
  };

  it("agree on every transition", () => {
    const { transitions } = JSON.parse(readFileSync(vectors, "utf8")) as { transitions: Record<string, Record<string, string>> };
    const all = Object.entries(transitions).flatMap(([from, row]) => Object.entries(row).map(([to, text]) => ({ from, to, text })));
    expect(all).toHaveLength(25);
    for (const { from, to, text } of all) {
      const expected = [words[text] ?? text].flat();
      expect([change(from, to, true), change(from, to, false)]).toEqual([expected[0], expected.at(-1)]);
    }
  });
});
