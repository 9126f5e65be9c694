import { roomVersions } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import { resolveStateSync } from "../resolution/resolve-state.ts";
import { playScenario } from "../testing/scenario.ts";
import { scenarios } from "../testing/scenarios.ts";
import { toDot, toMermaid } from "./draw.ts";
import type { Explanation } from "./explanation.ts";

const scenario = scenarios.find(({ title }) => title === "a moderator makes a friend one while being banned")!;

function explain(version: string): Explanation {
  const rules = roomVersions.get(version)!;
  const { room, states } = playScenario(scenario, rules);
  return resolveStateSync(states, { rules, events: room.events, explain: true }).explanation!;
}

describe("an explanation", () => {
  it("has every step of a resolution", () => {
    const explanation = explain("11");
    expect(explanation).toMatchObject({ roomVersion: "11", algorithm: "v2", conflictedSubgraph: [] });
    expect(explanation.conflicted).toHaveLength(4);
    expect(explanation.powerEvents.map(({ powerLevel }) => powerLevel)).toEqual([100, 0, 100, 50]);
    expect(explanation.checks.filter(({ outcome }) => outcome.outcome === "rejected")).toMatchObject([
      { phase: "power-events", outcome: { rule: "v11:5", ruleId: "sender_not_joined", reason: "the sender is not joined" } },
    ]);
  });

  it("has the conflicted state subgraph in room version 12", () => {
    const { conflicted, conflictedSubgraph } = explain("12");
    expect(conflictedSubgraph).toEqual(expect.arrayContaining([...conflicted]));
  });

  it("draws each event once, with an edge for each auth event among them, and names the rule that rejects", () => {
    const explanation = explain("11");
    const ids = new Set(explanation.events.map(({ eventId }) => eventId));
    const edges = explanation.events.flatMap(({ authEvents }) => authEvents.filter((id) => ids.has(id))).length;
    for (const [drawing, node, edge] of [
      [toDot(explanation), /\[label="/g, / -> /g],
      [toMermaid(explanation), /\["/g, / --> /g],
    ] as const) {
      expect(drawing.match(node)).toHaveLength(explanation.events.length);
      expect(drawing.match(edge) ?? []).toHaveLength(edges);
      expect(drawing).toContain("v11:5: the sender is not joined");
    }
  });

  it("escapes what hostile events are called", () => {
    const explanation = explain("11");
    const [first] = explanation.events;
    const hostile = {
      ...explanation,
      events: [{ ...first, eventId: "$x", type: "m.room.topic", authEvents: [], stateKey: '"] end\n\\"<script>', sender: "x" }],
    };
    expect(toDot(hostile)).toContain('\\"] end \\\\\\"<script>');
    expect(toMermaid(hostile)).not.toMatch(/<script>|\n\\/);
  });
});
