import { isUserId } from "@patrix/identifiers";
import { creatorsOf, readLevel } from "@patrix/room-versions";
import type { AuthCheck } from "../auth-check.ts";
import type { AuthRule } from "../auth-rule.ts";
import { isObject, member } from "../raw-content.ts";
import { defaultNames, type LevelsName } from "./level-changes.ts";

/** Whether a level that is there cannot be read. */
function isUnreadable({ rules }: AuthCheck, value: unknown): boolean {
  return value !== undefined && Number.isNaN(readLevel(value, rules.authorization));
}

function isUnreadableMap(check: AuthCheck, map: unknown): boolean {
  if (map === undefined) return false;
  return !isObject(map) || Object.values(map).some((value) => isUnreadable(check, value));
}

function hasUnreadableUsers(check: AuthCheck): boolean {
  const users = member(check.event.content, "users");
  return isUnreadableMap(check, users) || (isObject(users) && !Object.keys(users).every((user) => isUserId(user)));
}

function listsCreator({ create, event, rules }: AuthCheck): boolean {
  const users = member(event.content, "users");
  if (create === undefined || !isObject(users)) return false;
  for (const creator of creatorsOf(create, rules)) if (Object.hasOwn(users, creator)) return true;
  return false;
}

const isLimitingNotifications: NonNullable<AuthRule["in"]> = (rules) => rules.authorization.limitNotificationsPowerLevels;
const isNotLimitingNotifications: NonNullable<AuthRule["in"]> = (rules) => !rules.authorization.limitNotificationsPowerLevels;

const currentAboveSender = (maps: readonly LevelsName[]) => (check: AuthCheck) =>
  maps.some((map) => check.levelChanges(map).some((change) => change.isHeld && !(change.current <= check.senderLevel)));
const newAboveSender = (maps: readonly LevelsName[]) => (check: AuthCheck) =>
  maps.some((map) => check.levelChanges(map).some((change) => change.isGiven && !(change.next <= check.senderLevel)));

/** The two groups of rules for maps of levels, each with its one rule. */
function mapRules(name: string, maps: readonly LevelsName[], inVersions: NonNullable<AuthRule["in"]>): readonly AuthRule[] {
  return [
    {
      id: `power_levels.${name}_changed_or_removed`,
      effect: "group",
      in: inVersions,
      children: [
        {
          id: `power_levels.${name}_changed_or_removed.current_above_sender`,
          effect: "reject",
          when: currentAboveSender(maps),
          reason: `a level in ${maps.join(" or ")} is changed or removed that is above the sender's`,
        },
      ],
    },
    {
      id: `power_levels.${name}_added_or_changed`,
      effect: "group",
      in: inVersions,
      children: [
        {
          id: `power_levels.${name}_added_or_changed.new_above_sender`,
          effect: "reject",
          when: newAboveSender(maps),
          reason: `a level in ${maps.join(" or ")} becomes higher than the sender's`,
        },
      ],
    },
  ];
}

const shapeRules: readonly AuthRule[] = [
  {
    id: "power_levels.defaults_not_integers",
    effect: "reject",
    in: (rules) => rules.authorization.integerPowerLevels,
    when: (check) => defaultNames.some((name) => isUnreadable(check, member(check.event.content, name))),
    reason: "a power level is not an integer",
  },
  {
    id: "power_levels.events_or_notifications_not_integers",
    effect: "reject",
    in: (rules) => rules.authorization.integerPowerLevels,
    when: (check) => ["events", "notifications"].some((map) => isUnreadableMap(check, member(check.event.content, map))),
    reason: "events or notifications is not an object of integers",
  },
  {
    id: "power_levels.users_not_integers",
    effect: "reject",
    in: (rules) => rules.authorization.integerPowerLevels,
    when: hasUnreadableUsers,
    reason: "users is not an object of user IDs with integers",
  },
  {
    id: "power_levels.users_not_integers_or_strings",
    effect: "reject",
    in: (rules) => !rules.authorization.integerPowerLevels,
    when: hasUnreadableUsers,
    reason: "users is not an object of user IDs with integers or strings that hold one",
  },
  {
    id: "power_levels.users_lists_creator",
    effect: "reject",
    in: (rules) => rules.authorization.explicitlyPrivilegeRoomCreators,
    when: listsCreator,
    reason: "users lists a creator of the room",
  },
];

const defaultsRules: AuthRule = {
  id: "power_levels.defaults_changed",
  effect: "group",
  children: [
    {
      id: "power_levels.defaults_changed.current_above_sender",
      effect: "reject",
      when: currentAboveSender(["defaults"]),
      reason: "a level is changed or removed that is above the sender's",
    },
    {
      id: "power_levels.defaults_changed.new_above_sender",
      effect: "reject",
      when: newAboveSender(["defaults"]),
      reason: "a level becomes higher than the sender's",
    },
  ],
};

const usersRules: readonly AuthRule[] = [
  {
    id: "power_levels.users_changed_or_removed",
    effect: "group",
    children: [
      {
        id: "power_levels.users_changed_or_removed.current_at_or_above_sender",
        effect: "reject",
        when: (check) =>
          check
            .levelChanges("users")
            .some((change) => change.isHeld && change.key !== check.event.sender && !(change.current < check.senderLevel)),
        reason: "the level of another user is changed or removed that is not below the sender's",
      },
    ],
  },
  {
    id: "power_levels.users_added_or_changed",
    effect: "group",
    children: [
      {
        id: "power_levels.users_added_or_changed.new_above_sender",
        effect: "reject",
        when: newAboveSender(["users"]),
        reason: "the level of a user becomes higher than the sender's",
      },
    ],
  },
];

/** @internal Rules for `m.room.power_levels`. */
export const powerLevelsRules: AuthRule = {
  id: "power_levels",
  effect: "group",
  when: ({ event }) => event.type === "m.room.power_levels",
  children: [
    ...shapeRules,
    { id: "power_levels.no_previous", effect: "allow", when: (check) => check.powerLevelsEvent === undefined },
    defaultsRules,
    ...mapRules("events", ["events"], isNotLimitingNotifications),
    ...mapRules("events_or_notifications", ["events", "notifications"], isLimitingNotifications),
    ...usersRules,
    { id: "power_levels.otherwise_allow", effect: "allow" },
  ],
};
