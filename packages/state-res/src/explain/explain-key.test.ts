import { roomVersions } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import { resolveStateSync } from "../resolution/resolve-state.ts";
import { stateEntries } from "../resolution/state-map.ts";
import { playScenario } from "../testing/scenario.ts";
import { scenarios } from "../testing/scenarios.ts";
import { explainKey } from "./explain-key.ts";

describe("the outcome at a key", () => {
  it.each(["1", "2", "11", "12"])("names one winner where the state has an event, and a reason for each, in room version %s", (version) => {
    const rules = roomVersions.get(version)!;
    let [conflicts, rejected, replaced] = [0, 0, 0];
    for (const scenario of scenarios) {
      const { room, states } = playScenario(scenario, rules);
      const { state, explanation } = resolveStateSync(states, { rules, events: room.events, explain: true });
      const ids = new Set(explanation!.conflicted);
      const keys = states.flatMap((map) => [...stateEntries(map)]).filter(({ eventId }) => ids.has(eventId));
      for (const [type, stateKey] of new Map(
        keys.map((key) => [`${key.type} ${key.stateKey}`, [key.type, key.stateKey] as const]),
      ).values()) {
        const winner = state.get(type)?.get(stateKey);
        const candidates = explainKey(explanation!, [type, stateKey], winner);
        conflicts++;
        expect(candidates.filter(({ outcome }) => outcome === "won").map(({ eventId }) => eventId)).toEqual(
          winner === undefined ? [] : [winner],
        );
        for (const { eventId, outcome, rule, because } of candidates) {
          expect(because).not.toBe("");
          const check = explanation!.checks.findLast((one) => one.eventId === eventId);
          if (outcome === "rejected") {
            rejected++;
            expect(check?.outcome).toMatchObject({ outcome: "rejected", rule, reason: because });
          }
          if (outcome === "replaced") {
            replaced++;
            expect(check?.outcome.outcome).toBe("allowed");
            expect(because).toContain(String(winner));
          }
        }
      }
    }
    expect([conflicts >= (version === "1" ? 5 : 10), rejected > 2, version === "1" || replaced > 2]).toEqual([true, true, true]);
  });

  it("says by what the later one comes later", () => {
    const scenario = scenarios.find(({ title }) => title === "a moderator makes a friend one while being banned")!;
    const { room, states } = playScenario(scenario, roomVersions.get("11")!);
    const { state, explanation } = resolveStateSync(states, { rules: roomVersions.get("11")!, events: room.events, explain: true });
    const candidates = explainKey(explanation!, ["m.room.power_levels", ""], state.get("m.room.power_levels")?.get(""));
    expect(candidates.map(({ outcome, rule }) => [outcome, rule])).toEqual(expect.arrayContaining([["rejected", "v11:5"]]));
    expect(candidates.find(({ outcome }) => outcome === "rejected")?.because).toBe("the sender is not joined");
  });
});
