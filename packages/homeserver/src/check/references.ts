/** Columns of a table that name a row of another one. A row in which one of them is null, or the first is 0 where 0 stands for none, names none. */
export interface RowReference {
  readonly table: string;
  readonly columns: readonly string[];
  readonly target: string;
  /** The columns of the target that have the same values. */
  readonly targetColumns: readonly string[];
  readonly isZeroNone: boolean;
}

/** Reads `events.room_nid → rooms`, or with the names of the target's columns `a.b, a.c → d (e, f)`; `0` in the end: 0 stands for none. */
function reference(text: string): RowReference {
  const [, table = "", columns = "", target = "", targetColumns, none] =
    /^(\w+) ([\w, ]+) \u2192 (\w+)(?: \(([\w, ]+)\))?( or 0)?$/.exec(text) ?? [];
  const split = (list: string): string[] => list.split(", ");
  return { table, columns: split(columns), target, targetColumns: split(targetColumns ?? columns), isZeroNone: none !== undefined };
}

/**
 * What refers to what. Several columns at once say that the row that is named has the same room, or key, as the one that names it.
 *
 * Not among them are numbers that may outlive what they stand for: the device that sent an event (`events.device_nid`), or whose
 * transactions and answers are remembered (`txn_ids`, `to_device_txns`, `to_device_pages`), or will send one
 * (`delayed_events.device_nid`), below 0 for an application service that acts as a user without a device; who sent a message to a device,
 * 0 where it is not known (`to_device.sender_nid`); and rooms of stripped state, which this server may know nothing else of.
 */
export const references: readonly RowReference[] = [
  "events room_nid → rooms",
  "events type_nid → event_types",
  "events skey_nid → state_keys",
  "events sender_nid → users (user_nid)",
  "events state_nid, room_nid → state_groups or 0",
  "events after_nid, room_nid → state_groups (state_nid, room_nid) or 0",
  "events replaces_nid, room_nid, skey_nid → events (event_nid, room_nid, skey_nid)",
  "events redacted_by, room_nid → events (event_nid, room_nid)",
  "events renumbered_nid, room_nid, type_nid, sender_nid → events (event_nid, room_nid, type_nid, sender_nid)",
  "rooms state_nid, room_nid → state_groups or 0",
  "partial_rooms room_nid → rooms",
  "partial_rooms join_nid, room_nid → events (event_nid, room_nid)",
  "rooms creator_nid → users (user_nid)",
  "rooms shard → shards",
  "state_groups room_nid → rooms",
  "state_groups base_nid, room_nid → state_groups (state_nid, room_nid)",
  "memberships room_nid → rooms",
  "memberships user_nid → users",
  "memberships event_nid, room_nid → events",
  "aliases room_nid → rooms",
  "aliases creator_nid → users (user_nid)",
  "directory room_nid → rooms",
  "directory user_nid → users",
  "txn_ids event_nid → events",
  "receipts room_nid → rooms",
  "receipts user_nid → users",
  "account_data user_nid → users",
  "account_data room_nid → rooms or 0",
  "accounts user_nid → users",
  "profiles user_nid → users",
  "devices user_nid → accounts",
  "access_tokens user_nid → accounts",
  "access_tokens device_nid, user_nid → devices",
  "refresh_tokens user_nid → accounts",
  "refresh_tokens device_nid, user_nid → devices",
  "openid_tokens user_nid → accounts",
  "filters user_nid → accounts",
  "device_keys device_nid → devices",
  "one_time_keys device_nid → devices",
  "fallback_keys device_nid → devices",
  "cross_signing_keys user_nid → users",
  "key_signatures target_nid → users (user_nid)",
  "key_signatures signer_nid → users (user_nid)",
  "device_list_news user_nid → users",
  "device_list_streams user_nid → users",
  "to_device device_nid → devices",
  "dehydrated_devices user_nid → accounts",
  "dehydrated_devices device_nid, user_nid → devices",
  "sliding_connections device_nid → devices",
  "key_backups user_nid → accounts",
  "backup_sessions user_nid, version → key_backups",
  "pushers user_nid → accounts",
  "media user_nid → users",
  "preview_images media_id → media",
  "url_previews media_id → preview_images",
  "daily_usage user_nid → users",
  "third_party_ids user_nid → accounts",
  "external_ids user_nid → accounts",
  "stripped_state user_nid → users",
  "user_words user_nid → users",
  "open_rooms room_nid → rooms",
  "notifying_events event_nid, room_nid → events",
  "notifying_events room_nid → rooms",
  "notifying_events sender_nid → users (user_nid)",
  "user_notifications user_nid → users",
  "search_texts event_nid → events",
  "user_notifications event_nid, room_nid → events",
  "own_push_rules user_nid → users",
  "own_push_rules shard → shards",
  "read_marks user_nid → users",
  "read_marks room_nid → rooms",
  "relations child_nid, room_nid → events (event_nid, room_nid)",
  "relations room_nid → rooms",
  "relations type_nid → event_types",
  "relations sender_nid → users (user_nid)",
  "relations state_nid, room_nid → state_groups or 0",
  "threads room_nid → rooms",
  "timeline_spans room_nid → rooms",
  "delayed_events user_nid → users",
  "delayed_events room_nid → rooms",
  "delayed_events event_nid, room_nid → events",
  "pending_redactions redaction_nid, room_nid → events (event_nid, room_nid)",
  "pending_redactions room_nid → rooms",
  "thread_subscriptions user_nid → users",
  "thread_subscriptions room_nid → rooms",
  "sticky_events event_nid, room_nid → events",
  "sticky_events room_nid → rooms",
  "sticky_events sender_nid → users (user_nid)",
  "reports reporter_nid → users (user_nid)",
  "appservice_transactions as_nid → appservices",
  "appservice_rooms as_nid → appservices",
  "appservice_rooms room_nid → rooms",
  "missing_events room_nid → rooms",
  "missing_events before_nid, room_nid → events (event_nid, room_nid)",
  "remote_devices user_nid → users",
  "remote_device_lists user_nid → users",
].map(reference);

/** A column that holds a position of the log, which the log has reached. Zero stands for none. */
export interface PositionColumn {
  readonly table: string;
  readonly column: string;
}

/** The positions of the log in rows. Places in the history of a room are negative, and no positions. */
export const positions: readonly PositionColumn[] = [
  { table: "events", column: "event_nid" },
  { table: "events", column: "timeline_pos" },
  { table: "relations", column: "timeline_pos" },
  { table: "threads", column: "latest_pos" },
  { table: "timeline_spans", column: "start_pos" },
  { table: "rooms", column: "last_pos" },
  { table: "partial_rooms", column: "completed_pos" },
  { table: "memberships", column: "pos" },
  { table: "memberships", column: "left_pos" },
  { table: "receipts", column: "pos" },
  { table: "account_data", column: "pos" },
  { table: "device_list_news", column: "pos" },
  { table: "device_list_streams", column: "stream_id" },
  { table: "to_device", column: "pos" },
  { table: "to_device_pages", column: "token_pos" },
  { table: "to_device_pages", column: "last_pos" },
  { table: "own_push_rules", column: "since_pos" },
  { table: "read_marks", column: "pos" },
  { table: "delayed_events", column: "after_pos" },
  { table: "thread_subscriptions", column: "pos" },
  { table: "thread_subscriptions", column: "seen_pos" },
  { table: "cursors", column: "pos" },
  { table: "pushers", column: "last_pos" },
];
