import { getRoomVersionRules, PowerLevels, readLevel, type RoomVersionRules } from "@patrix/room-versions";
import { signJson, signingKeyFromSeed } from "@patrix/signatures";
import { type AuthEvent, isSignedByKey, resolveStateSync, toStateMap } from "@patrix/state-res";
import { toHistoryVisibility } from "@patrix/visibility";
import { expect } from "vitest";
import type { BehaviourTolerance } from "./behaviour-tolerance.ts";

/** The rules of a room version that exists. */
export function rulesOf(version: string): RoomVersionRules {
  const rules = getRoomVersionRules(version);
  if (!rules) throw new Error(`there is no room version ${version}`);
  return rules;
}

const [ann, bob] = ["@ann:x.org", "@bob:x.org"];
type Draft = Pick<AuthEvent, "event_id" | "type" | "sender" | "content" | "auth_events"> & Partial<AuthEvent>;
const stateEvent = (draft: Draft): AuthEvent => ({ room_id: "!r:x.org", state_key: "", origin_server_ts: 1, prev_events: [], ...draft });
const create = stateEvent({ event_id: "$create", type: "m.room.create", sender: ann, content: { creator: ann }, auth_events: [] });
const annJoins = stateEvent({
  event_id: "$ann",
  type: "m.room.member",
  sender: ann,
  state_key: ann,
  content: { membership: "join" },
  auth_events: ["$create"],
});
const levels = (bobs: number): AuthEvent =>
  stateEvent({
    event_id: "$levels",
    type: "m.room.power_levels",
    sender: ann,
    content: { users: { [ann]: 100, [bob]: bobs } },
    auth_events: ["$create", "$ann"],
  });
const rules = stateEvent({
  event_id: "$rules",
  type: "m.room.join_rules",
  sender: ann,
  content: { join_rule: "public" },
  auth_events: ["$create", "$ann", "$levels"],
});
const bobJoins = stateEvent({
  event_id: "$bob",
  type: "m.room.member",
  sender: bob,
  state_key: bob,
  content: { membership: "join" },
  auth_events: ["$create", "$levels", "$rules"],
});
const topic = (event_id: string, sender: string, origin_server_ts: number): AuthEvent =>
  stateEvent({
    event_id,
    type: "m.room.topic",
    sender,
    origin_server_ts,
    content: { topic: event_id },
    auth_events: ["$create", "$levels", sender === ann ? "$ann" : "$bob"],
  });

/** Resolves forks that differ in the topic alone; gives the event of the topic that is left. */
function resolvedTopic(base: readonly AuthEvent[], topics: readonly AuthEvent[], others: readonly AuthEvent[] = []): string | undefined {
  const events = new Map([...base, ...topics, ...others].map((event) => [event.event_id, event]));
  const forks = topics.map((own) => toStateMap([...base, own]));
  return resolveStateSync(forks, { rules: rulesOf("6"), events })
    .state.get("m.room.topic")
    ?.get("");
}

/** What rules of rooms take. */
export const roomTolerances: readonly BehaviourTolerance[] = [
  {
    place: "rooms/fragments/v2-state-res.md",
    words: "events that are not allowed are ignored",
    holds: () => {
      const topics = [topic("$early", ann, 1), topic("$late", bob, 2)];
      const topicWithLevel = (bobs: number): unknown => resolvedTopic([create, annJoins, levels(bobs), rules, bobJoins], topics);
      expect([topicWithLevel(50), topicWithLevel(49)]).toEqual(["$late", "$early"]);
    },
  },
  {
    place: "rooms/fragments/v2-state-res.md",
    words: "what the state lacks comes from auth_events, unless rejected",
    holds: () => {
      const topics = [topic("$early", bob, 1), topic("$late", bob, 2)];
      const topicWithJoin = (join: AuthEvent): unknown => resolvedTopic([create, annJoins, levels(50), rules], topics, [join]);
      expect([topicWithJoin(bobJoins), topicWithJoin({ ...bobJoins, rejected: true })]).toEqual(["$late", undefined]);
    },
  },
  {
    place: "rooms/fragments/v1-stringy-power-levels.md",
    words: "how texts are read as levels",
    holds: () => {
      const read = (version: string): number[] =>
        ["50", " +50\n", "-5", "5.0", "", "0x10"].map((text) => readLevel(text, rulesOf(version).authorization));
      expect(read("9")).toEqual([50, 50, -5, Number.NaN, Number.NaN, Number.NaN]);
      expect(read("10").every(Number.isNaN)).toBe(true);
    },
  },
  {
    place: "m.room.power_levels.yaml",
    words: "the default of each level, with and without an event",
    holds: () => {
      const read = (content?: object): readonly number[] => {
        const found = new PowerLevels(content && { content }, create, rulesOf("6"));
        const names = ["ban", "kick", "redact", "invite", "state_default", "events_default", "users_default"] as const;
        return [...names.map((name) => found.level(name)), found.notificationLevel("room"), found.userLevel(ann), found.userLevel(bob)];
      };
      expect(read({})).toEqual([50, 50, 50, 0, 50, 0, 0, 50, 0, 0]);
      expect(read()).toEqual([50, 50, 50, 0, 50, 0, 0, 50, 100, 0]);
    },
  },
  {
    place: "server-server-api.md, authorization",
    words: "signatures of keys that are not known or expired are skipped",
    holds: () => {
      const [known, unknown] = [1, 2].map((seed) => signingKeyFromSeed(new Uint8Array(32).fill(seed), `ed25519:${seed}`)) as [
        ReturnType<typeof signingKeyFromSeed>,
        ReturnType<typeof signingKeyFromSeed>,
      ];
      const once = signJson({ mxid: bob, token: "t" }, "id.org", unknown);
      expect(isSignedByKey({ ...signJson(once, "id.org", known) }, known.publicKey)).toBe(true);
      expect(isSignedByKey({ ...once }, known.publicKey)).toBe(false);
    },
  },
  {
    place: "modules/history_visibility.md",
    words: "shared without an event and for values that are not known",
    holds: () =>
      expect([undefined, null, "org.example.some", "invited"].map(toHistoryVisibility)).toEqual(["shared", "shared", "shared", "invited"]),
  },
];
