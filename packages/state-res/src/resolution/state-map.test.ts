import { describe, expect, it } from "vitest";
import { addStateEvent, type MutableStateMap, stateEntries, toStateMap, withStateEvent } from "./state-map.ts";

const create = { event_id: "$create", type: "m.room.create", state_key: "" };
const alice = { event_id: "$alice", type: "m.room.member", state_key: "@alice:a.example" };
const message = { event_id: "$message", type: "m.room.message" };

describe("a state and one event more", () => {
  it("has the event, and leaves the state before as it was", () => {
    const before = toStateMap([create, alice]);
    const after = withStateEvent(before, { ...alice, event_id: "$left" });
    expect(after.get("m.room.member")?.get(alice.state_key)).toBe("$left");
    expect(before.get("m.room.member")?.get(alice.state_key)).toBe("$alice");
    expect(after.get("m.room.create")).toBe(before.get("m.room.create"));
    expect(withStateEvent(before, { event_id: "$name", type: "m.room.name", state_key: "" }).get("m.room.name")?.get("")).toBe("$name");
  });

  it("is the same state where the event is none of state", () => {
    const before = toStateMap([create]);
    expect(withStateEvent(before, message)).toBe(before);
    const made: MutableStateMap = new Map();
    addStateEvent(made, message);
    expect(made.size).toBe(0);
    addStateEvent(made, create);
    expect(made).toEqual(before);
  });
});

it("the entries of a state are listed type by type", () => {
  expect([...stateEntries(toStateMap([create, alice, message]))]).toEqual([
    { type: "m.room.create", stateKey: "", eventId: "$create" },
    { type: "m.room.member", stateKey: "@alice:a.example", eventId: "$alice" },
  ]);
});
