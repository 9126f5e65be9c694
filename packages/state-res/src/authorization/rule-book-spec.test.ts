import { existsSync, readFileSync } from "node:fs";
import { type RoomVersionRules, roomVersions } from "@patrix/room-versions";
import { afterAll, describe, expect, it } from "vitest";
import { authScenarios } from "../testing/auth-scenarios.ts";
import { type AuthScenario, makeAuthWorld } from "../testing/auth-world.ts";
import type { AuthEvent } from "./auth-event.ts";
import type { AuthOutcome } from "./auth-outcome.ts";
import { checkDependently, checkIndependently, checkStateDependentAuth } from "./check-auth.ts";
import type { AuthRule } from "./auth-rule.ts";
import { buildRuleBook, type NumberedRule, type RuleBook, ruleBookOf } from "./rule-book.ts";

const vectors = new URL("../../../../../shared/spec/vectors/auth-rules.json", import.meta.url);
const missing = !existsSync(vectors);
if (missing) console.warn("state-res: ../shared/spec is absent, vector tests are skipped");

const scenariosOf = (rules: RoomVersionRules): AuthScenario[] =>
  authScenarios.filter((scenario) => ruleBookOf(rules).byId.has(scenario.rule) && (scenario.in?.(rules) ?? true));

type Change = Pick<AuthRule, "when" | "iff">;

/** Ways to get the condition of a rule wrong. */
function mutationsOf({ when, iff }: AuthRule): [name: string, change: Change][] {
  const changes: [string, Change][] = [];
  if (when) {
    changes.push(["always", { when: () => true }], ["never", { when: () => false }], ["otherwise", { when: (check) => !when(check) }]);
  }
  if (iff) changes.push(["allows all", { iff: () => true }], ["allows none", { iff: () => false }]);
  return changes;
}

function mutate(book: RuleBook, ruleId: string, change: Change): RuleBook {
  const visit = (numbered: NumberedRule): NumberedRule => ({
    ...numbered,
    rule: numbered.rule.id === ruleId ? { ...numbered.rule, ...change } : numbered.rule,
    children: numbered.children.map(visit),
  });
  return { ...book, stateIndependent: book.stateIndependent.map(visit), stateDependent: book.stateDependent.map(visit) };
}

function run(scenario: AuthScenario, rules: RoomVersionRules, book: RuleBook): AuthOutcome {
  const { event, events, state } = makeAuthWorld(scenario, rules);
  const outcome = checkIndependently(book, event, rules, (id) => events.get(id));
  if (outcome.outcome === "rejected" || event.type === "m.room.create") return outcome;
  return checkDependently(book, event, rules, state, scenario.signatures ?? {});
}

let mutantsNoticed = 0;
afterAll(() => console.info(`authorization rules: ${mutantsNoticed} changed rules of ${roomVersions.size} room versions, all noticed`));

describe.each([...roomVersions])("authorization rules of room version %s", (id, rules) => {
  const book = buildRuleBook(rules);

  it.each(scenariosOf(rules).map((scenario) => [scenario.rule, scenario.title, scenario] as const))(
    "%s decides about %s",
    (rule, _, scenario) => {
      const outcome = run(scenario, rules, book);
      expect(outcome.ruleId).toBe(rule);
      expect(outcome.rule).toBe(`v${id}:${book.byId.get(rule)?.number}`);
      const { effect } = book.byId.get(rule)!.rule;
      if (effect === "reject")
        expect(outcome).toMatchObject({ outcome: "rejected", eventId: "$event:a.example", reason: expect.stringMatching(/./) });
      if (effect === "allow") expect(outcome.outcome).toBe("allowed");
      if (effect === "allow-iff") expect(outcome.outcome).toBe(scenario.outcome ?? "stated in the scenario");
    },
  );

  it("decides otherwise in some scenario when any one rule is taken away", () => {
    const scenarios = scenariosOf(rules);
    const before = scenarios.map((scenario) => run(scenario, rules, book));
    for (const ruleId of book.byId.keys()) {
      const mutant = buildRuleBook(rules, new Set([ruleId]));
      const isNoticed = scenarios.some((scenario, index) => {
        const after = run(scenario, rules, mutant);
        return after.outcome !== before[index]?.outcome || after.ruleId !== before[index]?.ruleId;
      });
      expect(isNoticed, ruleId).toBe(true);
      mutantsNoticed += 1;
    }
  });

  it("decides otherwise in some scenario when the condition of any one rule always holds, never holds or is turned round", () => {
    const scenarios = scenariosOf(rules);
    const before = scenarios.map((scenario) => run(scenario, rules, book));
    for (const [ruleId, { rule }] of book.byId) {
      for (const [name, change] of mutationsOf(rule)) {
        const mutant = mutate(book, ruleId, change);
        const isNoticed = scenarios.some((scenario, index) => {
          const after = run(scenario, rules, mutant);
          return after.outcome !== before[index]?.outcome || after.ruleId !== before[index]?.ruleId;
        });
        expect(isNoticed, `${ruleId}: ${name}`).toBe(true);
        mutantsNoticed += 1;
      }
    }
  });

  it("both allows and rejects by each rule that does either", () => {
    for (const { rule } of book.byId.values()) {
      if (rule.effect !== "allow-iff") continue;
      const outcomes = scenariosOf(rules)
        .filter((scenario) => scenario.rule === rule.id)
        .map((scenario) => run(scenario, rules, book).outcome);
      expect(new Set(outcomes), rule.id).toEqual(new Set(["allowed", "rejected"]));
    }
  });

  it("takes no notice of what no rule reads, whatever its type, in the event and in the state", () => {
    const unread = {
      "org.example.x": [[{}]],
      displayname: 5,
      avatar_url: {},
      reason: [],
      is_direct: "no",
      "m.room.create": null,
      topic: 1,
    };
    const spoil = (event: AuthEvent): AuthEvent => ({ ...event, content: { ...event.content, ...unread } });
    for (const scenario of scenariosOf(rules)) {
      const { event, events, state } = makeAuthWorld(scenario, rules);
      const spoiled = new Map(Array.from(events, ([eventId, held]) => [eventId, spoil(held)]));
      const fetchState = (type: string, key: string): AuthEvent | undefined => spoiled.get(state(type, key)?.event_id ?? "");
      const independent = checkIndependently(book, spoil(event), rules, (eventId) => spoiled.get(eventId));
      const isDecided = independent.outcome === "rejected" || event.type === "m.room.create";
      const outcome = isDecided ? independent : checkDependently(book, spoil(event), rules, fetchState, scenario.signatures ?? {});
      expect([scenario.title, outcome]).toEqual([scenario.title, run(scenario, rules, book)]);
    }
  });

  it("does not decide without the auth events, however few are missing, and names those", () => {
    const { event, events } = makeAuthWorld({ title: "", rule: "", event: {} }, rules);
    for (const lost of event.auth_events) {
      const fetch = (eventId: string): AuthEvent | undefined => (eventId === lost ? undefined : events.get(eventId));
      expect(() => checkIndependently(book, event, rules, fetch)).toThrow(
        expect.objectContaining({ code: "EVENT_NOT_FOUND", eventIds: [lost] }),
      );
    }
    expect(event.auth_events.length).toBeGreaterThan(1);
  });

  it("rejects everything in a room without create event", () => {
    const { event } = makeAuthWorld({ title: "", rule: "", event: {} }, rules);
    expect(checkStateDependentAuth({ ...event, type: "m.room.message" }, rules, () => undefined)).toMatchObject({
      outcome: "rejected",
      ruleId: id === "12" ? "room_id_is_not_create_event" : "auth_events.no_create_entry",
    });
  });
});

describe.skipIf(missing)("the specification's list of authorization rules", () => {
  const { rules: named } = missing
    ? { rules: [] }
    : (JSON.parse(readFileSync(vectors, "utf8")) as { rules: { id: string; effect: string; versions: Record<string, string> }[] });

  it.each([...roomVersions])("has the same rules under the same numbers in room version %s", (id, rules) => {
    const expected = named.filter((rule) => id in rule.versions).map((rule) => [rule.id, rule.versions[id]]);
    const actual = [...ruleBookOf(rules).byId.values()].map(({ rule, number }) => [rule.id, number]);
    expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected));
  });

  it("has the same effects", () => {
    const effects: Record<string, string> = { allow_if: "allow", allow_iff: "allow-iff" };
    for (const rules of roomVersions.values()) {
      for (const { rule } of ruleBookOf(rules).byId.values()) {
        const effect = named.find((candidate) => candidate.id === rule.id)?.effect ?? "";
        expect([rule.id, rule.effect]).toEqual([rule.id, effects[effect] ?? effect]);
      }
    }
  });
});
