import { existsSync, readdirSync, readFileSync } from "node:fs";
import { roomVersions } from "@patrix/room-versions";
import { type SigningKey, signingKeyFromSeed } from "@patrix/signatures";
import { resolveStateSync } from "@patrix/state-res";
import { benchmarkSizes, makeForkedRoom, playScenario, scenarios, tortureRoom } from "@patrix/state-res/testing";
import { describe, expect, it } from "vitest";
import { StatesAfter } from "../src/room/states-after.ts";
import { run } from "./run.ts";

const folder = new URL("../../../../shared/fixtures/state-res/", import.meta.url);
const missing = !existsSync(folder);
if (missing) console.warn("cli: ../shared/fixtures is absent, fixture tests are skipped");
const versions = [...roomVersions];

interface Row {
  type: string;
  stateKey: string;
  eventId: string;
}
const resolved = async (room: unknown): Promise<string[]> => {
  const { code, out, err } = await run(["state", "resolve", "--json"], JSON.stringify(room));
  expect([code, err]).toEqual([0, ""]);
  return (JSON.parse(out).state as Row[]).map(({ type, stateKey, eventId }) => `${type}|${stateKey}|${eventId}`).toSorted();
};
const listOf = (state: ReadonlyMap<string, ReadonlyMap<string, string>>): string[] =>
  [...state].flatMap(([type, inner]) => Array.from(inner, ([key, id]) => `${type}|${key}|${id}`)).toSorted();

describe.skipIf(missing)("the fixtures of forked rooms", () => {
  it.each(missing ? [] : readdirSync(folder))("%s is resolved, replayed and drawn", async (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const { expected } = JSON.parse(text) as { expected: { type: string; state_key: string; event_id: string }[] };
    expect(await resolved(JSON.parse(text))).toEqual(
      expected.map(({ type, state_key: key, event_id: id }) => `${type}|${key}|${id}`).toSorted(),
    );
    expect(await run(["auth", "check"], text)).toMatchObject({ code: 0, err: "" });
    for (const option of ["--explain", "--dot", "--mermaid"]) {
      expect(await run(["state", "resolve", option], text)).toMatchObject({ code: 0, err: "" });
    }
  });
});

describe.each(versions)("rooms of version %s", (_, rules) => {
  it("that the benchmark writes are resolved from their states, and replayed without a rejection", async () => {
    const { roomVersion, pdus, stateMaps, states, room } = makeForkedRoom(rules, benchmarkSizes.small);
    const expected = listOf(resolveStateSync(states, { rules, events: room.events }).state);
    expect(await resolved({ roomVersion, pdus, stateMaps })).toEqual(expected);
    expect(await run(["auth", "check", "--json"], JSON.stringify({ roomVersion, pdus }))).toMatchObject({ code: 0 });
  });

  it("that fell apart at random are replayed to the state that their servers have", async () => {
    for (const seed of [1, 2, 3]) {
      const { room, states } = tortureRoom(rules, { seed });
      const file = { roomVersion: rules.id, pdus: [...room.events.values()] };
      expect(await run(["auth", "check"], JSON.stringify(file))).toMatchObject({ code: 0 });
      // Ends that others have grown from count no more, so the states are given too.
      const stateMaps = states.map((state) => [...state.values()].flatMap((inner) => [...inner.values()]));
      expect(await resolved({ ...file, stateMaps })).toEqual(listOf(resolveStateSync(states, { rules, events: room.events }).state));
    }
  });

  it("that are signed are inspected without a complaint, and checked by the IDs that follow from their events", async () => {
    const keys = new Map<string, SigningKey>();
    const keyOf = (server: string): SigningKey => {
      const key = keys.get(server) ?? signingKeyFromSeed(new Uint8Array(32).fill(keys.size + 1), "ed25519:1");
      keys.set(server, key);
      return key;
    };
    const { room } = playScenario(scenarios[0]!, rules, keyOf);
    for (const [id, pdu] of room.pdus) {
      const { code, out } = await run(["pdu", "inspect", "-r", rules.id], JSON.stringify(pdu));
      expect(JSON.parse(out)).toMatchObject({ eventId: id, formatIssues: [], contentHash: { matches: true } });
      expect(code).toBe(0);
    }
    expect(await run(["auth", "check"], JSON.stringify([...room.pdus.values()]))).toMatchObject({ code: 0 });
  });
});

describe("StatesAfter", () => {
  const event = (id: string, ...prev: string[]) => ({ event_id: id, prev_events: prev }) as never;
  const never = (): never => expect.unreachable();

  it("hands a state over to the only event that follows, and a copy to all but the last of several", () => {
    const after = new StatesAfter([event("$1"), event("$2", "$1", "$1"), event("$3", "$2"), event("$4", "$2")]);
    const first = after.takeBefore(event("$1"), never);
    after.set("$1", first);
    expect(after.takeBefore(event("$2", "$1", "$1"), never)).toBe(first);
    after.set("$2", first.set("m.x", new Map([["", "$2"]])));
    const copy = after.takeBefore(event("$3", "$2"), never);
    copy.get("m.x")?.set("", "$3");
    expect(after.takeBefore(event("$4", "$2"), never)).toBe(first);
    expect(first.get("m.x")?.get("")).toBe("$2");
  });

  it("knows the states at the ends", () => {
    const after = new StatesAfter([event("$1"), event("$2", "$1"), event("$3", "$1")]);
    for (const id of ["$1", "$2", "$3"]) after.set(id, new Map([["at", new Map([["", id]])]]));
    expect(after.atEnds().map((state) => state.get("at")?.get(""))).toEqual(["$2", "$3"]);
  });
});
