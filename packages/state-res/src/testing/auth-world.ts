import type { RoomVersionRules } from "@patrix/room-versions";
import type { JsonObject } from "@patrix/signatures";
import type { AuthSignatureChecks } from "../authorization/auth-check.ts";
import type { AuthEvent, FetchState } from "../authorization/auth-event.ts";
import { selectAuthEvents } from "../authorization/select-auth-events.ts";

/** What a scenario changes in an event. `undefined` takes a member away. */
export type EventChanges = { readonly [Key in keyof AuthEvent]?: AuthEvent[Key] | undefined };

/** A scenario in which one authorization rule decides about one event. */
export interface AuthScenario {
  readonly title: string;
  /** Name of the rule that decides, the same in every room version. */
  readonly rule: string;
  /** What comes of it, where the rule both allows and rejects. */
  readonly outcome?: "allowed" | "rejected" | undefined;
  readonly event: EventChanges;
  /** Content of state events by `type|state key`, in place of the usual; `null` takes the state away. */
  readonly state?: Readonly<Record<string, JsonObject | null>> | undefined;
  /** Other changes to state events, by `type|state key`. */
  readonly stateEvents?: Readonly<Record<string, EventChanges>> | undefined;
  /** Room versions that the scenario is about, besides being those that have the rule. */
  readonly in?: ((rules: RoomVersionRules) => boolean) | undefined;
  readonly signatures?: AuthSignatureChecks | undefined;
}

/** A scenario in a room of one version: the event under check and the room around it. */
export interface AuthWorld {
  readonly event: AuthEvent;
  readonly events: ReadonlyMap<string, AuthEvent>;
  readonly state: FetchState;
}

/**
 * The people of the scenarios: Alice made the room, Bob is a moderator, Carol a member, Dave banned, Erin invited, Frank gone, Gina has knocked,
 * Olga is a member from another server.
 */
export const people = {
  alice: "@alice:a.example",
  bob: "@bob:a.example",
  carol: "@carol:a.example",
  dave: "@dave:a.example",
  erin: "@erin:a.example",
  frank: "@frank:a.example",
  gina: "@gina:a.example",
  olga: "@olga:o.example",
} as const;

const { alice, bob } = people;
const memberships: readonly (readonly [string, string])[] = [
  [people.alice, "join"],
  [people.bob, "join"],
  [people.carol, "join"],
  [people.dave, "ban"],
  [people.erin, "invite"],
  [people.frank, "leave"],
  [people.gina, "knock"],
  [people.olga, "join"],
];

/** The usual power levels: Bob has 50 and, where creators must be listed, Alice 100. */
export function usualLevels(rules: RoomVersionRules, changes: JsonObject = {}): JsonObject {
  const users = rules.authorization.explicitlyPrivilegeRoomCreators ? { [bob]: 50 } : { [alice]: 100, [bob]: 50 };
  return {
    users,
    invite: 10,
    events: { "m.room.name": 60, "m.room.redaction": 0 },
    notifications: { room: 60 },
    ban: 60,
    kick: 40,
    ...changes,
  };
}

/** Builds the room of a scenario. State events are at hand under the ID `$` + type + `|` + state key. */
export function makeAuthWorld(scenario: AuthScenario, rules: RoomVersionRules): AuthWorld {
  const isRoomIdCreate = rules.authorization.roomCreateEventIdAsRoomId;
  const createId = isRoomIdCreate ? "$create" : "$m.room.create|";
  const roomId = isRoomIdCreate ? "!create" : "!room:a.example";
  const create = { room_version: rules.id, ...(rules.authorization.useRoomCreateSender ? {} : { creator: alice }) };
  const contents: Record<string, JsonObject | null> = {
    "m.room.create|": create,
    "m.room.power_levels|": usualLevels(rules),
    "m.room.join_rules|": { join_rule: "public" },
    ...Object.fromEntries(memberships.map(([user, membership]) => [`m.room.member|${user}`, { membership }])),
    ...scenario.state,
  };
  const events = new Map<string, AuthEvent>();
  const byKey = new Map<string, AuthEvent>();
  const base = { room_id: roomId, sender: alice, origin_server_ts: 1, prev_events: [createId], auth_events: [] };
  for (const [key, content] of Object.entries(contents)) {
    if (content === null) continue;
    const [type = "", stateKey = ""] = key.split("|");
    const isCreate = type === "m.room.create";
    const sender = type === "m.room.member" ? stateKey : alice;
    const event = withChanges({ ...base, event_id: isCreate ? createId : `$${key}`, type, state_key: stateKey, sender, content }, [
      isCreate ? { room_id: isRoomIdCreate ? undefined : roomId, prev_events: [] } : {},
      scenario.stateEvents?.[key] ?? {},
    ]);
    byKey.set(key, event);
    events.set(event.event_id, event);
  }
  const draft = { ...base, event_id: "$event:a.example", type: "m.room.message", content: {}, prev_events: ["$before"] };
  const unselected = withChanges(draft, [scenario.event]);
  const selected = selectAuthEvents(unselected, rules).flatMap(([type, key]) => byKey.get(`${type}|${key}`)?.event_id ?? []);
  const event = withChanges({ ...draft, auth_events: selected }, [scenario.event]);
  return { event, events, state: (type, stateKey) => byKey.get(`${type}|${stateKey}`) };
}

function withChanges(event: AuthEvent, changes: readonly EventChanges[]): AuthEvent {
  const changed: AuthEvent = Object.assign({}, event, ...changes);
  return changed;
}
