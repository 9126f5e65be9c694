/**
 * State events that stripped state should have where they exist; `m.room.create` must be there.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#stripped-state}
 */
export const strippedStateTypes: readonly string[] = [
  "m.room.create",
  "m.room.name",
  "m.room.avatar",
  "m.room.topic",
  "m.room.join_rules",
  "m.room.canonical_alias",
  "m.room.encryption",
];

/**
 * State events that a server should copy to the new room when a room is upgraded.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-upgrades}
 */
export const transferableStateTypes: readonly string[] = [
  "m.room.server_acl",
  "m.room.encryption",
  "m.room.name",
  "m.room.avatar",
  "m.room.topic",
  "m.room.guest_access",
  "m.room.history_visibility",
  "m.room.join_rules",
  "m.room.power_levels",
];
