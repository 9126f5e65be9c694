import { roomVersions } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import type { AuthEvent } from "../authorization/auth-event.ts";
import { resolveState, resolveStateSync } from "./resolve-state.ts";
import { type StateMap, toStateMap } from "./state-map.ts";

const v11 = roomVersions.get("11")!;
const resolving = [...roomVersions].filter(([, rules]) => rules.stateResolution !== "v1");

function event(id: string, auth: readonly string[], changes: Partial<AuthEvent> = {}): AuthEvent {
  return {
    event_id: id,
    room_id: "!create",
    type: "m.room.power_levels",
    state_key: "",
    sender: "@a:a.example",
    content: {},
    origin_server_ts: 1,
    prev_events: [],
    auth_events: auth,
    ...changes,
  };
}
const create = event("$create", [], { type: "m.room.create", room_id: undefined, content: { creator: "@a:a.example" } });
const byId = (events: readonly AuthEvent[]): Map<string, AuthEvent> => new Map(events.map((entry) => [entry.event_id, entry]));
const statesOf = (...events: AuthEvent[]): StateMap[] => events.map((entry) => toStateMap([create, entry]));

/** Power levels that each rest on the one before. */
function chain(length: number): { events: Map<string, AuthEvent>; last: AuthEvent } {
  const events = byId([create]);
  let last = create;
  for (let index = 0; index < length; index += 1) {
    last = event(`$${index}`, [last.event_id], { origin_server_ts: index });
    events.set(last.event_id, last);
  }
  return { events, last };
}

describe("state resolution of broken rooms", () => {
  it.each(resolving)("refuses auth_events that lead in a circle (room version %s)", (_, rules) => {
    const circles = [
      [event("$x", ["$x"]), event("$y", [])],
      [event("$x", ["$y"]), event("$y", ["$x"])],
      [event("$x", ["$z1"]), event("$y", []), event("$z1", ["$z2"]), event("$z2", ["$z1"])],
    ];
    for (const events of circles) {
      const [x, y] = events as [AuthEvent, AuthEvent];
      const resolve = () => resolveStateSync(statesOf(x, y), { rules, events: byId([create, ...events]) });
      expect(resolve).toThrow(expect.objectContaining({ name: "StateResError", code: "AUTH_EVENTS_CYCLE" }));
    }
  });

  it("names every missing event that it knows of", async () => {
    const [x, y] = [event("$x", ["$lost1", "$lost2"]), event("$y", ["$lost3"])];
    const states = statesOf(x, y);
    const events = byId([create, x, y]);
    const expected = { code: "EVENT_NOT_FOUND", eventIds: ["$lost1", "$lost2", "$lost3"] };
    expect(() => resolveStateSync(states, { rules: v11, events })).toThrow(expect.objectContaining(expected));
    const store = { fetchEvents: async () => events };
    await expect(resolveState(states, { rules: v11, store })).rejects.toMatchObject(expected);
  });

  it("passes on what the store throws", async () => {
    const broken = new Error("disk full");
    const store = { fetchEvents: () => Promise.reject(broken) };
    await expect(resolveState(statesOf(event("$x", []), event("$y", [])), { rules: v11, store })).rejects.toBe(broken);
  });

  it("refuses a state whose key is not its event's", () => {
    const [x, y] = [event("$x", []), event("$y", [])];
    const wrong: StateMap = new Map([["m.room.topic", new Map([["", "$x"]])]]);
    const resolve = () => resolveStateSync([wrong, ...statesOf(y)], { rules: v11, events: byId([create, x, y]) });
    expect(resolve).toThrow(expect.objectContaining({ code: "STATE_KEY_MISMATCH", eventIds: ["$x"] }));
  });

  it("asks for nothing where there is no conflict", async () => {
    const store = { fetchEvents: () => Promise.reject(new Error("asked")) };
    const state = toStateMap([create]);
    expect((await resolveState([], { rules: v11, store })).state.size).toBe(0);
    expect((await resolveState([state, toStateMap([create])], { rules: v11, store })).state).toEqual(state);
  });

  it.each(["11", "12"])(
    "walks an auth chain of 1,000,000 events without running out of stack (room version %s)",
    (version) => {
      const { events, last } = chain(1_000_000);
      const fork = event("$fork", ["$500000"], { origin_server_ts: 0 });
      events.set("$fork", fork);
      const rules = roomVersions.get(version)!;
      expect(resolveStateSync(statesOf(last, fork), { rules, events }).state.get("m.room.create")?.get("")).toBe("$create");
    },
    60_000,
  );

  it("needs one request for a chain that the store hands out whole", async () => {
    const { events, last } = chain(100);
    const fork = event("$fork", ["$create"]);
    events.set("$fork", fork);
    let requests = 0;
    const store = {
      fetchEvents: async () => {
        requests += 1;
        return events;
      },
    };
    await resolveState(statesOf(last, fork), { rules: v11, store });
    expect(requests).toBe(1);
  });

  it("leaves out auth events that were rejected when it stands in for missing state", () => {
    const rules = roomVersions.get("12")!;
    const member = event("$member", [], { type: "m.room.member", state_key: "@a:a.example", content: { membership: "join" } });
    const [x, y] = [event("$x", ["$member"]), event("$y", ["$member"], { origin_server_ts: 2 })];
    const outcomes = (joined: AuthEvent) =>
      resolveStateSync(statesOf(x, y), { rules, events: byId([create, joined, x, y]), explain: true }).explanation!.checks.map(
        ({ outcome }) => outcome.outcome,
      );
    expect(outcomes(member)).toEqual(["allowed", "allowed"]);
    expect(outcomes({ ...member, rejected: true })).toEqual(["rejected", "rejected"]);
  });
});
