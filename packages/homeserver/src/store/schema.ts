/** The engines that a store can be in. */
export type Engine = "sqlite" | "postgres";

/** A statement of the schema: one in SQLite's words that every engine gets, translated, or one for each engine; `null` for none. */
export type SchemaStatement = string | Readonly<Record<Engine, string | null>>;

/** A step that brings a database from one schema version to the next; steps are never changed once released. */
export interface Migration {
  readonly version: number;
  readonly statements: readonly SchemaStatement[];
}

/** The statements of a step for one engine, in SQLite's words. */
export function statementsFor(engine: Engine, { statements }: Migration): string[] {
  return statements.flatMap((statement) => (typeof statement === "string" ? statement : (statement[engine] ?? [])));
}

/** Every migration, oldest first, of all engines: `integer` holds 53 bits, `text` sorts by its bytes. */
export const migrations: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `create table meta (key text primary key, value text not null) without rowid`,
      `create table shards (shard integer primary key, epoch integer not null, last_pos integer not null)`,
      `create table users (user_nid integer primary key, user_id text not null unique)`,
      `create table event_types (type_nid integer primary key, type text not null unique)`,
      `create table state_keys (skey_nid integer primary key, skey text not null unique)`,
      `create table rooms (room_nid integer primary key, room_id text not null unique, version text not null, shard integer not null,
        tips text not null, state_nid integer not null, last_pos integer not null, depth integer not null, creator_nid integer not null)`,
      `create table events (event_nid integer primary key, room_nid integer not null, timeline_pos integer, event_id text not null unique,
        type_nid integer not null, skey_nid integer, sender_nid integer not null, depth integer not null, ts integer not null,
        state_nid integer not null, replaces_nid integer, status integer not null, redacted_by integer, relates_nid integer, rel_type text,
        device_nid integer, txn text, json text not null)`,
      `create index events_by_room on events (room_nid, timeline_pos)`,
      `create index events_by_relation on events (relates_nid, rel_type) where relates_nid is not null`,
      `create table state_groups (state_nid integer primary key, room_nid integer not null, base_nid integer, hops integer not null,
        delta blob not null)`,
      `create table memberships (room_nid integer not null, user_nid integer not null, membership text not null, event_nid integer not null,
        forgotten integer not null default 0, primary key (room_nid, user_nid)) without rowid`,
      `create index memberships_by_user on memberships (user_nid, membership)`,
      `create table aliases (alias text primary key, room_nid integer not null, creator_nid integer not null) without rowid`,
      `create table directory (room_nid integer primary key)`,
      `create table txn_ids (device_nid integer not null, txn text not null, event_nid integer not null, ts integer not null,
        primary key (device_nid, txn)) without rowid`,
      `create table receipts (room_nid integer not null, user_nid integer not null, type text not null, thread text not null,
        event_id text not null, ts integer not null, pos integer not null, primary key (room_nid, user_nid, type, thread)) without rowid`,
      `create index receipts_by_pos on receipts (room_nid, pos)`,
      `create table account_data (user_nid integer not null, room_nid integer not null, type text not null, json text not null,
        pos integer not null, primary key (user_nid, room_nid, type)) without rowid`,
      `create index account_data_by_pos on account_data (user_nid, pos)`,
      `create table accounts (user_nid integer primary key, password_hash text, created_ts integer not null, deactivated integer not null default 0,
        admin integer not null default 0, guest integer not null default 0)`,
      `create table profiles (user_nid integer not null, field text not null, json text not null, primary key (user_nid, field)) without rowid`,
      `create table devices (device_nid integer primary key, user_nid integer not null, device_id text not null, display_name text,
        last_seen_ts integer, last_seen_ip text, created_ts integer not null, unique (user_nid, device_id))`,
      `create table access_tokens (token_hash blob primary key, user_nid integer not null, device_nid integer not null, expires_ts integer) without rowid`,
      `create table refresh_tokens (token_hash blob primary key, user_nid integer not null, device_nid integer not null, expires_ts integer) without rowid`,
      `create table filters (user_nid integer not null, filter_nid integer not null, json text not null, primary key (user_nid, filter_nid)) without rowid`,
      `create table uia_sessions (session text primary key, json text not null, expires_ts integer not null) without rowid`,
      `create table device_keys (device_nid integer primary key, json text not null)`,
      `create table one_time_keys (device_nid integer not null, algorithm text not null, key_id text not null, json text not null, seq integer not null,
        primary key (device_nid, algorithm, key_id)) without rowid`,
      `create index one_time_keys_by_age on one_time_keys (device_nid, algorithm, seq)`,
      `create table fallback_keys (device_nid integer not null, algorithm text not null, key_id text not null, json text not null,
        used integer not null default 0, primary key (device_nid, algorithm)) without rowid`,
      `create table cross_signing_keys (user_nid integer not null, usage text not null, json text not null, primary key (user_nid, usage)) without rowid`,
      `create table key_signatures (target_nid integer not null, target_key text not null, signer_nid integer not null, key_id text not null,
        signature text not null, primary key (target_nid, target_key, signer_nid, key_id)) without rowid`,
      `create table device_list_changes (pos integer primary key, user_nid integer not null)`,
      `create index device_list_changes_by_user on device_list_changes (user_nid, pos)`,
      `create table to_device (pos integer primary key, device_nid integer not null, json text not null)`,
      `create index to_device_by_device on to_device (device_nid, pos)`,
      `create table to_device_pages (device_nid integer not null, token_pos integer not null, last_pos integer not null,
        primary key (device_nid, token_pos)) without rowid`,
      `create table to_device_txns (device_nid integer not null, txn text not null, ts integer not null, primary key (device_nid, txn)) without rowid`,
      `create table key_backups (user_nid integer not null, version integer not null, algorithm text not null, auth_data text not null,
        etag integer not null, count integer not null, deleted integer not null default 0, primary key (user_nid, version)) without rowid`,
      `create table backup_sessions (user_nid integer not null, version integer not null, room_id text not null, session_id text not null,
        json text not null, primary key (user_nid, version, room_id, session_id)) without rowid`,
      `create table pushers (user_nid integer not null, app_id text not null, pushkey text not null, json text not null,
        primary key (user_nid, app_id, pushkey)) without rowid`,
      `create table openid_tokens (token_hash blob primary key, user_nid integer not null, expires_ts integer not null) without rowid`,
      `create table media (origin text not null, media_id text not null, sha256 text, size integer, content_type text, file_name text,
        user_nid integer, created_ts integer not null, primary key (origin, media_id)) without rowid`,
      `create index media_pending on media (user_nid, created_ts) where sha256 is null`,
    ],
  },
  {
    version: 2,
    statements: [
      // Rows of version 1 follow straight from one another, so the state after each is the state before the next.
      `alter table events add column after_nid integer`,
      `alter table events add column forked integer not null default 0`,
      `create table counters (kind text not null, shard integer not null, value integer not null, primary key (kind, shard)) without rowid`,
      `create table cursors (name text not null, shard integer not null, pos integer not null, primary key (name, shard)) without rowid`,
      // The newest change of a user is all that anyone looks for; what only the user sees is kept apart.
      `create table device_list_news (user_nid integer not null, own_only integer not null, pos integer not null,
        primary key (user_nid, own_only)) without rowid`,
      `insert into device_list_news (user_nid, own_only, pos) select user_nid, 0, max(pos) from device_list_changes group by user_nid`,
      `create index device_list_news_by_pos on device_list_news (pos)`,
      `drop table device_list_changes`,
      `drop index events_by_relation`,
      `alter table events drop column relates_nid`,
      `alter table events drop column rel_type`,
      `drop table uia_sessions`,
      `alter table memberships add column pos integer not null default 0`,
      `alter table memberships add column left_pos integer`,
      `update memberships set pos = event_nid`,
      // The first databases in PostgreSQL had version 3.
      {
        // The last event by which somebody stopped being joined: what they saw until then stays theirs.
        sqlite: `update memberships set left_pos = departures.pos from (
          select e.room_nid, u.user_nid, max(e.event_nid) as pos from events e
            join event_types t on t.type_nid = e.type_nid and t.type = 'm.room.member'
            join users u on u.user_id = json_extract(e.json, '$.state_key')
            join events b on b.event_nid = e.replaces_nid
          where json_extract(e.json, '$.content.membership') <> 'join' and json_extract(b.json, '$.content.membership') = 'join'
          group by e.room_nid, u.user_nid
        ) as departures where departures.room_nid = memberships.room_nid and departures.user_nid = memberships.user_nid`,
        postgres: null,
      },
      {
        sqlite: `update rooms set tips = (select json_group_array(json_array(value, rooms.state_nid)) from json_each(rooms.tips))`,
        postgres: null,
      },
    ],
  },
  {
    version: 3,
    statements: [
      // A pusher without its device would outlive the session that set it. Clients set theirs again when they start.
      `drop table pushers`,
      `create table pushers (user_nid integer not null, app_id text not null, pushkey text not null, device_nid integer not null, json text not null,
        primary key (user_nid, app_id, pushkey)) without rowid`,
      `create index pushers_by_device on pushers (device_nid)`,
      // Tokens of a refresh replace the earlier ones when the first of them is used.
      `alter table access_tokens add column unused integer not null default 0`,
      `alter table refresh_tokens add column unused integer not null default 0`,
      `alter table accounts add column erased integer not null default 0`,
    ],
  },
  {
    version: 4,
    statements: [
      // What users have taken of the limits that hold for a day: one row for each, written with what it counts.
      `create table daily_usage (user_nid integer not null, kind text not null, day integer not null, amount integer not null,
        primary key (user_nid, kind)) without rowid`,
      // Where a queue is too long, whoever has sent most of it loses first.
      `alter table to_device add column sender_nid integer not null default 0`,
      // Who has published a room; null for those that were published before.
      `alter table directory add column user_nid integer`,
      `create index directory_by_user on directory (user_nid)`,
      `create index aliases_by_creator on aliases (creator_nid)`,
    ],
  },
  {
    version: 5,
    statements: [
      // What another server's data has beside ours, so that it can move in; most of it waits for its feature.
      ...["locked_ts", "suspended_ts", "shadow_banned", "approved"].map((flag) => `alter table accounts add column ${flag} integer`),
      ...["user_type", "app_service_id", "consent_version"].map((name) => `alter table accounts add column ${name} text`),
      `create table third_party_ids (medium text not null, address text not null, user_nid integer not null, validated_ts integer not null,
        added_ts integer not null, primary key (medium, address)) without rowid`,
      `create index third_party_ids_by_user on third_party_ids (user_nid)`,
      `create table external_ids (provider text not null, external_id text not null, user_nid integer not null,
        primary key (provider, external_id)) without rowid`,
      `create index external_ids_by_user on external_ids (user_nid)`,
      // What a room that this server is not in shows of itself to whoever is invited, or knocks.
      `create table stripped_state (room_nid integer not null, user_nid integer not null, json text not null,
        primary key (room_nid, user_nid)) without rowid`,
      // Events that others follow and that are not here: backfill begins at them.
      `create table missing_events (event_id text not null, room_nid integer not null, before_nid integer not null,
        primary key (event_id, before_nid)) without rowid`,
      `create index missing_events_by_room on missing_events (room_nid)`,
      `create table remote_devices (user_nid integer not null, device_id text not null, json text not null,
        primary key (user_nid, device_id)) without rowid`,
      `create table remote_device_lists (user_nid integer primary key, stream_id integer, is_stale integer not null default 0)`,
      `alter table media add column quarantined integer not null default 0`,
      `alter table media add column last_access_ts integer`,
      `alter table pushers add column enabled integer not null default 1`,
      `alter table pushers add column last_pos integer not null default 0`,
      // Bots and bridges have tokens that belong to no device.
      ...["access_tokens", "refresh_tokens"].flatMap((table) => [
        {
          sqlite: `alter table ${table} rename to earlier_${table}`,
          postgres: `alter table ${table} alter column device_nid drop not null`,
        },
        {
          sqlite: `create table ${table} (token_hash blob primary key, user_nid integer not null, device_nid integer, expires_ts integer,
            unused integer not null default 0) without rowid`,
          postgres: null,
        },
        {
          sqlite: `insert into ${table} select token_hash, user_nid, device_nid, expires_ts, unused from earlier_${table}`,
          postgres: null,
        },
        { sqlite: `drop table earlier_${table}`, postgres: null },
      ]),
    ],
  },
  {
    version: 6,
    statements: [
      // Which event relates to which, by the ID of its target, which may come later or never. What relates to an event is read in the
      // order of the timeline, of all kinds or of one.
      `create table relations (child_nid integer primary key, room_nid integer not null, target_id text not null, rel_type text not null,
        type_nid integer not null, sender_nid integer not null, state_nid integer not null, timeline_pos integer not null,
        ts integer not null, annotation text)`,
      `create index relations_by_target on relations (room_nid, target_id, timeline_pos)`,
      `create index relations_by_type on relations (room_nid, target_id, rel_type, timeline_pos)`,
      `create index relations_by_annotation on relations (target_id, sender_nid, annotation) where annotation is not null`,
      // The threads of a room in the order of their newest events.
      `create table threads (room_nid integer not null, root_id text not null, latest_pos integer not null,
        primary key (room_nid, root_id)) without rowid`,
      `create index threads_by_latest on threads (room_nid, latest_pos)`,
      // Where in a timeline the events begin that were sent in the same ten minutes: far fewer rows than an index of times has.
      `create table timeline_spans (room_nid integer not null, start_pos integer not null, span integer not null,
        primary key (room_nid, start_pos)) without rowid`,
      `create index timeline_spans_by_span on timeline_spans (room_nid, span, start_pos)`,
      `insert into timeline_spans (room_nid, start_pos, span) select room_nid, timeline_pos, span from (
          select room_nid, timeline_pos, span, lag(span) over (partition by room_nid order by timeline_pos) as before from (
            select room_nid, timeline_pos, ts / 600000 as span from events where timeline_pos is not null
          ) as placed
        ) as sent where before is null or before <> span`,
      // The relations of what there is are read out of its JSON while the server runs, newest first: after the cursor they are stored.
      `insert into cursors (name, shard, pos) select 'relations', 0, newest
        from (select max(event_nid) as newest from events) as e where newest is not null`,
      // An event that notifies whoever keeps to the predefined push rules is one row, however many members the room has.
      `create table notifying_events (room_nid integer not null, event_nid integer not null, thread text not null, sender_nid integer not null,
        highlights integer not null, primary key (room_nid, event_nid)) without rowid`,
      // What one user is notified of beside that: mentions, and everything for users with push rules of their own.
      `create table user_notifications (user_nid integer not null, event_nid integer not null, room_nid integer not null, thread text not null,
        notifies integer not null, highlights integer not null, primary key (user_nid, event_nid)) without rowid`,
      `create index user_notifications_by_room on user_notifications (user_nid, room_nid, event_nid)`,
      `create index user_notifications_by_event on user_notifications (event_nid)`,
      `create table own_push_rules (user_nid integer not null, shard integer not null, since_pos integer not null,
        primary key (user_nid, shard)) without rowid`,
      // How far users have read, by thread: main, the ID of its root, or empty for the whole room.
      `create table read_marks (user_nid integer not null, room_nid integer not null, thread text not null, pos integer not null,
        primary key (user_nid, room_nid, thread)) without rowid`,
      `insert into read_marks (user_nid, room_nid, thread, pos)
        select r.user_nid, r.room_nid, r.thread, max(e.timeline_pos) from receipts r join events e on e.event_id = r.event_id
        where e.room_nid = r.room_nid and e.timeline_pos is not null group by r.user_nid, r.room_nid, r.thread`,
      // The words by which users are found in the directory, and the settings of rooms that let everybody find who is in them.
      `create table user_words (word text not null, user_nid integer not null, primary key (word, user_nid)) without rowid`,
      `create index user_words_by_user on user_words (user_nid)`,
      `create table open_rooms (room_nid integer not null, reason text not null, primary key (room_nid, reason)) without rowid`,
      // What users report to the administrators, who read it by number.
      `create table reports (report_nid integer primary key, received_ts integer not null, reporter_nid integer not null, room_id text, event_id text,
        user_id text, reason text, score integer)`,
      // The words by which events are found, each event in one text: SQLite and PostgreSQL index it in their own ways, and both answer
      // to search_index. Encrypted events have none.
      `create table search_texts (event_nid integer primary key, words text not null)`,
      {
        sqlite: `create virtual table search_index using fts5(words, content = 'search_texts', content_rowid = 'event_nid', detail = none,
          columnsize = 0, tokenize = "ascii tokenchars '_'")`,
        postgres: `alter table search_texts add column vector tsvector not null generated always as (cast(words as tsvector)) stored`,
      },
      {
        sqlite: `create trigger search_texts_inserted after insert on search_texts begin
          insert into search_index (rowid, words) values (new.event_nid, new.words); end`,
        // What waits to be sorted in is looked through by every search.
        postgres: `create index search_texts_by_word on search_texts using gin (vector) with (gin_pending_list_limit = 256)`,
      },
      {
        sqlite: `create trigger search_texts_deleted after delete on search_texts begin
          insert into search_index (search_index, rowid, words) values ('delete', old.event_nid, old.words); end`,
        postgres: `create view search_index as select event_nid as rowid, words, vector from search_texts`,
      },
      // The words of what there is are stored while the server runs, as the relations are.
      `insert into cursors (name, shard, pos) select 'search_texts', 0, newest
        from (select max(event_nid) as newest from events) as e where newest is not null`,
    ],
  },
  {
    version: 7,
    statements: [
      // What each connection of sliding sync was told, by device; one that is lost begins anew.
      `create table sliding_connections (device_nid integer not null, conn_id text not null, used_ts integer not null, json text not null,
        primary key (device_nid, conn_id)) without rowid`,
      `create index sliding_connections_by_use on sliding_connections (used_ts)`,
      // The device of a user that nobody is logged in on, as the client that made it has encrypted it.
      `create table dehydrated_devices (user_nid integer primary key, device_nid integer not null, json text not null)`,
      // Which delayed event an event comes from.
      `alter table events add column delay_id text`,
      // What is to be sent later, and for a while what became of it.
      `create table delayed_events (delay_nid integer primary key, delay_id text not null unique, user_nid integer not null,
        device_nid integer not null, txn text, room_nid integer not null, type text not null, state_key text, content text not null,
        sticky_ms integer, delay_ms integer not null, since_ts integer not null, due_ts integer not null, after_pos integer not null,
        finalised_ts integer, event_nid integer, error text)`,
      `create index delayed_events_by_due on delayed_events (due_ts) where finalised_ts is null`,
      `create index delayed_events_by_user on delayed_events (user_nid, finalised_ts)`,
      // Redactions that came before the events that they redact.
      `create table pending_redactions (redaction_nid integer primary key, room_nid integer not null, target_id text not null)`,
      `create index pending_redactions_by_target on pending_redactions (room_nid, target_id)`,
      // Which threads users follow, and from which they have unsubscribed.
      `create table thread_subscriptions (user_nid integer not null, room_nid integer not null, root_id text not null,
        subscribed integer not null, automatic integer not null, pos integer not null, seen_pos integer not null,
        primary key (user_nid, room_nid, root_id)) without rowid`,
      `create index thread_subscriptions_by_pos on thread_subscriptions (user_nid, pos)`,
      // Events that members get however much else there is, until they expire.
      `create table sticky_events (event_nid integer primary key, room_nid integer not null, sender_nid integer not null,
        expires_ts integer not null, bytes integer not null)`,
      // Previews of web pages, by a hash of the address, and their images, which are media of the server.
      `create table url_previews (url_hash text primary key, json text not null, media_id text, fetched_ts integer not null) without rowid`,
      `create index url_previews_by_age on url_previews (fetched_ts)`,
      `create index url_previews_by_image on url_previews (media_id) where media_id is not null`,
      `create table preview_images (media_id text primary key, size integer not null, used_ts integer not null) without rowid`,
      `create index preview_images_by_age on preview_images (used_ts)`,
      `create index media_by_user on media (user_nid, created_ts) where user_nid is not null`,
      `create index media_by_content on media (sha256) where sha256 is not null`,
      // The servers of users, so that those of a room, and the rooms of a server, are found.
      {
        sqlite: `alter table users add column server text generated always as (substr(user_id, instr(user_id, ':') + 1)) virtual`,
        postgres: `alter table users add column server text generated always as (substr(user_id, strpos(user_id, ':') + 1)) stored`,
      },
      `create index users_by_server on users (server)`,
      `create table server_keys (server text primary key, json text not null, fetched_ts integer not null) without rowid`,
      `create index server_keys_by_age on server_keys (fetched_ts)`,
      // The servers that events are sent to: whether they answer, and how far in the log they have got.
      `create table destinations (server text primary key, failures integer not null, retry_ts integer not null, sent text) without rowid`,
      // What must reach other servers, whatever happens to either: messages to devices and news of device lists.
      `create table federation_outbox (edu_nid integer primary key, server text not null, json text not null)`,
      `create index federation_outbox_by_server on federation_outbox (server, edu_nid)`,
      // The number of the newest change of a user's devices that other servers were told of: the next one names it.
      `create table device_list_streams (user_nid integer primary key, stream_id integer not null)`,
      // The IDs of messages to devices that other servers have sent, since they send again what they got no answer to.
      `create table received_messages (server text not null, message_id text not null, received_ts integer not null,
        primary key (server, message_id)) without rowid`,
      `create index received_messages_by_time on received_messages (server, received_ts)`,
      // Application services, each with a number for as long as its ID is the same; what is on its way to them, exactly as it is sent
      // again and again until they confirm it; and the rooms in the directories of their networks.
      `create table appservices (as_nid integer primary key, id text not null unique)`,
      `create table appservice_transactions (as_nid integer not null, seq integer not null, txn_id text not null, json text not null,
        primary key (as_nid, seq)) without rowid`,
      `create table appservice_rooms (as_nid integer not null, network_id text not null, room_nid integer not null,
        primary key (as_nid, network_id, room_nid)) without rowid`,
      // What is told of receipts is found in the order of the log.
      `create index receipts_by_log on receipts (pos)`,
      // An event that others named before it came gets a new number when it comes. States name it by its earlier one, whose row stays, with
      // the new number and without the event's ID, which only one row can have.
      `alter table events add column renumbered_nid integer`,
      // What operators want removed, so that it goes on after a restart, and rooms that nobody may join.
      `create table purges (purge_id text primary key, room_id text not null, kind text not null, options text not null,
        detached integer not null, removed integer not null, started_ts integer not null, ended_ts integer, error text) without rowid`,
      `create table blocked_rooms (room_id text primary key, blocked_ts integer not null) without rowid`,
    ],
  },
  {
    version: 8,
    statements: [
      // Rooms that were joined without their members: the join, by which server, and which were in the room, as long as members are missing;
      // and then where in the log they came, and whether that changed what clients had been told.
      `create table partial_rooms (room_nid integer primary key, join_nid integer, server text, servers text, completed_pos integer,
        changed integer not null)`,
    ],
  },
];
