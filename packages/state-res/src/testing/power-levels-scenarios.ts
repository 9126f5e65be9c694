import type { RoomVersionRules } from "@patrix/room-versions";
import type { JsonObject } from "@patrix/signatures";
import { type AuthScenario, people } from "./auth-world.ts";

const { alice, bob, carol, olga } = people;

/** What the room has: Bob sends, with 50. */
const current: JsonObject = {
  users: { [bob]: 50, [carol]: 20, [olga]: 50 },
  events: { a: 40, b: 60, d: 50 },
  notifications: { room: 40, x: 60 },
  ban: 60,
  redact: 50,
};
type Change = readonly [title: string, content: JsonObject];

/** Bob sends the current levels with some changes. */
function changes(rule: string, list: readonly Change[], within?: (rules: RoomVersionRules) => boolean): AuthScenario[] {
  return list.map(([title, content]) => ({
    title: `power levels: ${title}`,
    rule: `power_levels.${rule}`,
    event: { type: "m.room.power_levels", state_key: "", sender: bob, content: { ...current, ...content } },
    state: { "m.room.power_levels|": current },
    in: within,
  }));
}

const takesStrings = (rules: RoomVersionRules): boolean => !rules.authorization.integerPowerLevels;
const takesFloats = (rules: RoomVersionRules): boolean => !rules.authorization.strictCanonicalJson;
const limitsNotifications = (rules: RoomVersionRules): boolean => rules.authorization.limitNotificationsPowerLevels;
const users = (more: JsonObject): JsonObject => ({ users: { [bob]: 50, [carol]: 20, [olga]: 50, ...more } });
const badUsers: readonly Change[] = [
  ["users that are an array", { users: [] }],
  ["users that are null", { users: null }],
  ["a user that is no user ID", users({ carol: 1 })],
  ["a user ID without server", users({ "@carol": 1 })],
  ["a level that is text", users({ [carol]: "high" })],
  ["a level that is a list", users({ [carol]: [20] })],
  ["a level that is true", users({ [carol]: true })],
  ["a level that is null", users({ [carol]: null })],
  ["a level beyond what JSON can count", users({ [carol]: "9007199254740992" })],
];

const shapes: readonly AuthScenario[] = [
  ...changes("users_not_integers", [
    ...badUsers,
    ["a level in a string", users({ [carol]: "20" })],
    ["a fraction", users({ [carol]: 1.5 })],
  ]),
  ...changes("users_not_integers_or_strings", badUsers),
  ...changes(
    "users_not_integers_or_strings",
    [["a fraction", users({ [carol]: 1.5 })]],
    (rules) => takesStrings(rules) && !takesFloats(rules),
  ),
  ...changes("otherwise_allow", [["a level in a string with blanks and sign", users({ [carol]: " +0020 " })]], takesStrings),
  ...changes("otherwise_allow", [["a fraction that counts as what is below", users({ [carol]: 20.9 })]], takesFloats),
  ...changes("defaults_not_integers", [
    ["a level that is a string", { kick: "50" }],
    ["a level that is null", { users_default: null }],
    ["a level that is a fraction", { invite: 0.5 }],
  ]),
  ...changes("events_or_notifications_not_integers", [
    ["events that are an array", { events: [] }],
    ["an event type with a string", { events: { a: "40" } }],
    ["notifications that are null", { notifications: null }],
    ["a notification with a string", { notifications: { room: "50" } }],
  ]),
  ...changes("users_lists_creator", [["the creator among users", users({ [alice]: 50 })]]),
  {
    title: "power levels: an additional creator among users",
    rule: "power_levels.users_lists_creator",
    event: { type: "m.room.power_levels", state_key: "", sender: alice, content: { users: { [carol]: 5 } } },
    state: { "m.room.create|": { additional_creators: [carol] } },
    in: (rules) => rules.authorization.additionalRoomCreators,
  },
];

const limits: readonly AuthScenario[] = [
  {
    title: "the first power levels, which list no users",
    rule: "power_levels.no_previous",
    event: { type: "m.room.power_levels", state_key: "", sender: alice, content: {} },
    state: { "m.room.power_levels|": null },
  },
  {
    title: "power levels: the first ones",
    rule: "power_levels.no_previous",
    event: { type: "m.room.power_levels", state_key: "", sender: alice, content: { users: {}, ban: 9000 } },
    state: { "m.room.power_levels|": null },
  },
  ...changes("defaults_changed.current_above_sender", [
    ["a level above the sender's goes down", { ban: 50 }],
    ["a level above the sender's goes", { ban: undefined }],
  ]),
  ...changes("defaults_changed.new_above_sender", [
    ["a level appears above the sender's", { kick: 51 }],
    ["the level of everyone appears above the sender's", { users_default: 51 }],
  ]),
  ...changes("defaults_changed.new_above_sender", [["a level that cannot be read", { kick: "high" }]], takesStrings),
  ...changes("otherwise_allow", [["a level that becomes null, as if it were left out", { redact: null }]], takesStrings),
  ...(["users_default", "state_default"] as const).map((name): AuthScenario => ({
    title: `power levels: ${name} was null, and counts as absent`,
    rule: "power_levels.otherwise_allow",
    event: { type: "m.room.power_levels", state_key: "", sender: bob, content: { ...current, [name]: 50 } },
    state: { "m.room.power_levels|": { ...current, [name]: null } },
    in: takesStrings,
  })),
  ...(["events", "events_or_notifications"] as const).flatMap((name) => [
    ...changes(`${name}_changed_or_removed.current_above_sender`, [
      ["an event type above the sender's level goes down", { events: { a: 40, b: 50, d: 50 } }],
      ["an event type above the sender's level goes", { events: { a: 40, d: 50 } }],
    ]),
    ...changes(`${name}_added_or_changed.new_above_sender`, [
      ["an event type goes above the sender's level", { events: { a: 51, b: 60, d: 50 } }],
      ["an event type appears above the sender's level", { events: { a: 40, b: 60, d: 50, c: 51 } }],
    ]),
  ]),
  ...changes("events_or_notifications_changed_or_removed.current_above_sender", [
    ["a notification above the sender's level goes down", { notifications: { room: 40, x: 50 } }],
  ]),
  ...changes("events_or_notifications_added_or_changed.new_above_sender", [
    ["a notification goes above the sender's level", { notifications: { room: 51, x: 60 } }],
  ]),
  ...changes(
    "otherwise_allow",
    [["a notification goes anywhere", { notifications: { room: 90 } }]],
    (rules) => !limitsNotifications(rules),
  ),
  ...changes("users_changed_or_removed.current_at_or_above_sender", [
    ["an equal goes down", users({ [olga]: 49 })],
    ["an equal goes", { users: { [bob]: 50, [carol]: 20 } }],
  ]),
  ...changes("users_added_or_changed.new_above_sender", [
    ["someone goes above the sender", users({ [carol]: 51 })],
    ["someone appears above the sender", users({ "@new:a.example": 51 })],
    ["the sender goes up", users({ [bob]: 51 })],
  ]),
  ...changes("otherwise_allow", [
    ["nothing changes", {}],
    ["someone goes up to the sender", users({ [carol]: 50 })],
    ["the sender goes down", users({ [bob]: 0 })],
    ["a level appears at the sender's", { kick: 50 }],
    ["an event type goes up to the sender", { events: { a: 50, b: 60, d: 50 } }],
    ["an event type goes", { events: { b: 60 } }],
    ["levels at the sender's go down", { redact: 40, events: { a: 40, b: 60, d: 40 } }],
    ["unknown properties are there", { "org.example": { x: "y" } }],
    ["an event type that is called like an inherited member", { events: { a: 40, b: 60, constructor: 50, ["__proto__"]: 50 } }],
  ]),
];

/** @internal Scenarios for `m.room.power_levels`. */
export const powerLevelsScenarios: readonly AuthScenario[] = [...shapes, ...limits];
