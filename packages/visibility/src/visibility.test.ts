import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canServerSeeEvent } from "./can-server-see-event.ts";
import { canUserSeeEvent } from "./can-user-see-event.ts";
import type { VisibleEvent } from "./state-change.ts";

const alice = "@alice:a.org";
const message: VisibleEvent = { type: "m.room.message", content: {} };
const member = (membership: unknown, state_key = alice): VisibleEvent => ({ type: "m.room.member", state_key, content: { membership } });
const history = (history_visibility: unknown): VisibleEvent => ({
  type: "m.room.history_visibility",
  state_key: "",
  content: { history_visibility },
});

describe("canUserSeeEvent", () => {
  it.each([
    ["world_readable", undefined, false, true],
    ["world_readable", "ban", false, true],
    ["shared", "join", false, true],
    ["shared", "invite", false, false],
    ["shared", "leave", true, true],
    ["shared", undefined, true, true],
    ["shared", undefined, false, false],
    ["invited", "join", false, true],
    ["invited", "invite", false, true],
    ["invited", "leave", true, false],
    ["invited", "knock", true, false],
    ["joined", "join", false, true],
    ["joined", "invite", true, false],
    ["joined", "ban", true, false],
    [undefined, undefined, true, true],
    ["no such value", undefined, true, true],
    ["no such value", undefined, false, false],
    [{}, "leave", false, false],
  ])("visibility %s, membership %s, joined since %s: %s", (historyVisibility, membership, hasJoinedSince, expected) => {
    expect(canUserSeeEvent(alice, message, { historyVisibility, membership, hasJoinedSince })).toBe(expected);
  });

  it.each([
    ["world_readable", "joined", true],
    ["joined", "world_readable", true],
    ["joined", "invited", false],
    ["joined", "shared", false],
  ])("shows a change of the visibility from %s to %s to a stranger: %s", (before, after, expected) => {
    expect(canUserSeeEvent(alice, history(after), { historyVisibility: before, membership: undefined, hasJoinedSince: false })).toBe(
      expected,
    );
  });

  it.each([
    ["joined", undefined, "join", true],
    ["joined", "join", "leave", true],
    ["joined", "join", "ban", true],
    ["joined", "invite", "leave", false],
    ["invited", undefined, "invite", true],
    ["invited", "invite", "leave", true],
    ["shared", undefined, "invite", false],
  ])("under %s shows the user's own change from %s to %s: %s", (historyVisibility, before, after, expected) => {
    expect(canUserSeeEvent(alice, member(after), { historyVisibility, membership: before, hasJoinedSince: false })).toBe(expected);
  });

  it("gives nobody anything by the membership of another", () => {
    const sight = { historyVisibility: "joined", membership: undefined, hasJoinedSince: true };
    expect(canUserSeeEvent(alice, member("join", "@bob:b.org"), sight)).toBe(false);
  });

  it("reads the visibility only from the state event with an empty state key", () => {
    const sight = { historyVisibility: "joined", membership: undefined, hasJoinedSince: true };
    expect(canUserSeeEvent(alice, { ...history("world_readable"), state_key: "x" }, sight)).toBe(false);
    expect(canUserSeeEvent(alice, { type: "m.room.history_visibility", content: { history_visibility: "world_readable" } }, sight)).toBe(
      false,
    );
  });
});

const visibilities = fc.constantFrom("world_readable", "shared", "invited", "joined", undefined, 7);
const memberships = fc.constantFrom("join", "invite", "leave", "ban", "knock", undefined, 7);
const events = fc.oneof(
  fc.constant(message),
  memberships.map((m) => member(m)),
  visibilities.map((v) => history(v)),
);

describe("laws", () => {
  it("a user who was joined sees every event, whatever the visibility", () => {
    fc.assert(
      fc.property(events, visibilities, fc.boolean(), (event, historyVisibility, hasJoinedSince) =>
        canUserSeeEvent(alice, event, { historyVisibility, membership: "join", hasJoinedSince }),
      ),
    );
  });

  it("joining later never hides anything", () => {
    fc.assert(
      fc.property(events, visibilities, memberships, (event, historyVisibility, membership) => {
        const sees = (hasJoinedSince: boolean) => canUserSeeEvent(alice, event, { historyVisibility, membership, hasJoinedSince });
        return !sees(false) || sees(true);
      }),
    );
  });

  it("a server sees an event exactly if one of its users does", () => {
    const users = fc.dictionary(fc.constantFrom(alice, "@amy:a.org", "@bob:b.org", "@bob:a.org:8448"), memberships);
    fc.assert(
      fc.property(events, visibilities, users, fc.boolean(), (event, historyVisibility, byUser, hasJoinedSince) => {
        const known = new Map(Object.entries(byUser));
        const locals = new Set([...known.keys(), alice].filter((user) => user.endsWith(":a.org")));
        const someone = [...locals].some((user) =>
          canUserSeeEvent(user, event, { historyVisibility, membership: known.get(user), hasJoinedSince }),
        );
        expect(canServerSeeEvent("a.org", event, { historyVisibility, memberships: known, hasJoinedSince })).toBe(someone);
      }),
    );
  });
});

describe("canServerSeeEvent", () => {
  it("does not take a server name with a port for the one without", () => {
    const sight = { historyVisibility: "joined", memberships: new Map([["@bob:a.org:8448", "join"]]), hasJoinedSince: false };
    expect(canServerSeeEvent("a.org", message, sight)).toBe(false);
    expect(canServerSeeEvent("a.org:8448", message, sight)).toBe(true);
  });
});
