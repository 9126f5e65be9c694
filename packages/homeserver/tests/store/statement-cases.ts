// Every statement of the catalogue with values of its types, so that each engine can be shown to take them.
import { readdirSync } from "node:fs";
import { keyList, operation, type Query, type SqlValue, type Write, type WriteOperation } from "../../src/store/statement.ts";
import * as accountData from "../../src/store/statements/account-data.ts";
import * as accounts from "../../src/store/statements/accounts.ts";
import * as daily from "../../src/store/statements/daily-usage.ts";
import * as devices from "../../src/store/statements/devices.ts";
import * as events from "../../src/store/statements/events.ts";
import * as keyBackup from "../../src/store/statements/key-backup.ts";
import * as keys from "../../src/store/statements/keys.ts";
import * as media from "../../src/store/statements/media.ts";
import { eventTypes, type NameTable, stateKeys, users } from "../../src/store/statements/names.ts";
import * as notifications from "../../src/store/statements/notifications.ts";
import * as push from "../../src/store/statements/push.ts";
import * as receipts from "../../src/store/statements/receipts.ts";
import * as reports from "../../src/store/statements/reports.ts";
import * as relations from "../../src/store/statements/relations.ts";
import * as rooms from "../../src/store/statements/rooms.ts";
import * as shards from "../../src/store/statements/shards.ts";
import * as spans from "../../src/store/statements/timeline-spans.ts";
import * as toDevice from "../../src/store/statements/to-device.ts";
import * as directory from "../../src/store/statements/user-directory.ts";

/** A reading statement with its parameters. */
export interface ReadCase {
  readonly statement: Query<readonly SqlValue[], unknown>;
  readonly params: readonly SqlValue[];
}

function read<Params extends readonly SqlValue[]>(statement: Query<Params, unknown>, ...params: Params): ReadCase {
  return { statement: statement as Query<readonly SqlValue[], unknown>, params };
}

const each = <Params extends readonly SqlValue[]>(statements: readonly Write<Params>[], ...params: Params): WriteOperation[] =>
  statements.map((statement) => operation(statement, ...params));

/** The largest integer that a column holds. */
export const LARGEST: number = Number.MAX_SAFE_INTEGER;
const hash = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const json = '{"a":"é😀\\u0000"}';
const insertNames = (table: NameTable, texts: readonly string[]): WriteOperation[] =>
  texts.map((text, i) => operation(table.insert, i + 1, text));

/** Writes that fill every table, and change what they have stored. */
export const storing: readonly WriteOperation[] = [
  ...insertNames(users, ["@a:x", "@b:x", "@c:x"]),
  ...insertNames(eventTypes, ["m.room.create", "m.room.message"]),
  ...insertNames(stateKeys, ["1 ", "1 @a:x"]),
  operation(shards.insertShard, 0, 1, 0),
  operation(shards.updateShard, 0, 1, LARGEST - 64),
  operation(shards.advanceShards, 64),
  operation(shards.upsertMeta, "server_name", "example.org"),
  operation(shards.upsertMeta, "server_name", "example.com"),
  operation(shards.upsertCounter, "room", 0, 256),
  operation(shards.upsertCounter, "room", 0, 512),
  operation(shards.upsertCursor, "push", 0, 64),
  operation(shards.upsertCursor, "push", 0, LARGEST),
  operation(accounts.insertAccount, 1, "$argon2id$", LARGEST, 1, 0),
  operation(accounts.insertAccount, 2, null, 0, 0, 1),
  operation(accounts.insertAccount, 3, null, 0, 0, 0),
  operation(accounts.updatePassword, 1, "$argon2id$2"),
  operation(accounts.lockAccount, 1, 1_700_000_000_000),
  operation(accounts.lockAccount, 1, null),
  operation(accounts.upgradeGuestRow, 2, "$argon2id$3"),
  operation(accounts.deactivateAccountRow, 3),
  operation(accounts.upsertProfileField, 1, "displayname", '"A"'),
  operation(accounts.upsertProfileField, 1, "displayname", '"B"'),
  operation(accounts.upsertProfileField, 1, "avatar_url", '"mxc://x/y"'),
  operation(accounts.insertFilter, 1, 1, json),
  operation(accounts.insertFilter, 1, 2, "{}"),
  operation(accounts.insertOpenIdToken, hash(1), 1, 100),
  operation(accounts.insertOpenIdToken, hash(2), 1, 200),
  operation(accountData.upsertAccountData, 1, 0, "m.b", json, 64),
  operation(accountData.upsertAccountData, 1, 0, "m.b", "{}", 128),
  operation(accountData.upsertAccountData, 1, 5, "m.a", json, LARGEST),
  operation(accountData.upsertAccountData, 1, 5, "M", json, 192),
  operation(accountData.upsertAccountData, 2, 0, "m.push_rules", "{}", 192),
  operation(daily.addDailyUsage, 1, "media", 1, 5),
  operation(daily.addDailyUsage, 1, "media", 1, LARGEST - 5),
  operation(daily.addDailyUsage, 1, "rooms", 1, 5),
  operation(daily.addDailyUsage, 1, "rooms", 2, 7),
  operation(devices.insertDevice, 64, 1, "PHONE", "My phone", LARGEST),
  operation(devices.insertDevice, 128, 1, "LAPTOP", null, 0),
  operation(devices.insertDevice, 192, 2, "PHONE", null, 0),
  operation(devices.renameDevice, 128, "Laptop"),
  operation(devices.renameDevice, 64, null),
  operation(devices.updateLastSeen, 64, LARGEST, "127.0.0.1"),
  operation(devices.insertAccessToken, hash(3), 1, 64, null, 0),
  operation(devices.insertAccessToken, hash(4), 1, 128, LARGEST, 1),
  operation(devices.insertRefreshToken, hash(5), 1, 64, null, 1),
  ...each(devices.markTokensUsed, 64),
  operation(rooms.insertRoom, 64, "!r:x", "12", 0, "[]", 0, 0, 0, 1),
  operation(rooms.updateRoom, 64, "[[64,64]]", 64, LARGEST, 2),
  operation(rooms.upsertMembership, 64, 1, "invite", 64, 64),
  operation(rooms.upsertMembership, 64, 1, "join", 128, 128),
  operation(rooms.upsertMembership, 64, 1, "leave", 192, 192),
  operation(rooms.upsertMembership, 64, 2, "join", 256, 256),
  operation(rooms.forgetRoom, 64, 1),
  operation(rooms.insertStateGroup, 64, 64, null, 0, hash(255)),
  operation(rooms.insertStateGroup, 128, 64, 64, 1, new Uint8Array()),
  operation(rooms.insertAlias, "#b:x", 64, 1),
  operation(rooms.insertAlias, "#a:x", 64, 1),
  operation(rooms.publishRoom, 64, 1),
  operation(rooms.publishRoom, 64, 1),
  operation(rooms.moveAliases, 64, 128),
  operation(rooms.moveAliases, 128, 64),
  operation(rooms.movePublication, 64, 128),
  operation(rooms.movePublication, 128, 64),
  ...[64, 128, LARGEST].map((nid, i) =>
    operation(events.insertEvent, nid, 64, nid, `$${i}`, 1, i === 0 ? 1 : null, 1, i, LARGEST, ...afterTs(i)),
  ),
  operation(events.insertEvent, 256, 64, null, "$outlier", 2, null, 2, 7, 0, 64, null, 0, null, 2, null, null, json),
  operation(events.placeEvent, 256, -64, 64, 0),
  operation(events.redactEvent, 128, LARGEST),
  operation(events.insertTransaction, 64, "txn", 128, 5),
  operation(events.insertTransaction, 64, "old", 64, 1),
  operation(events.pruneTransactions, 5),
  ...[5, 6, 5].map((span, i) => operation(spans.insertTimelineSpan, 64, i * 64, span)),
  operation(spans.insertTimelineSpan, 64, 0, 7),
  operation(relations.insertRelation, 64, "$root", "m.thread", null),
  operation(relations.upsertThread, 64),
  operation(relations.insertRelation, LARGEST, "$root", "m.thread", null),
  operation(relations.upsertThread, LARGEST),
  operation(relations.insertRelation, LARGEST, "$other", "m.replace", null),
  operation(relations.insertRelation, 128, "$redacted", "m.reference", null),
  operation(relations.insertRelation, 256, "$0", "m.annotation", "hash"),
  operation(events.insertEvent, 320, 64, 320, "$edit", 1, null, 1, 8, 9, 64, null, 0, null, 0, null, null, json),
  operation(relations.insertRelation, 320, "$0", "m.replace", null),
  operation(events.insertEvent, 384, 64, 384, "$reference", 1, null, 1, 9, 9, 64, null, 0, null, 0, null, null, json),
  operation(relations.insertRelation, 384, "$0", "m.reference", null),
  operation(receipts.upsertReceipt, 64, 1, "m.read", "", "$0", 1, 64),
  operation(receipts.upsertReceipt, 64, 1, "m.read", "", "$1", 2, 128),
  operation(receipts.upsertReceipt, 64, 2, "m.read.private", "main", "$1", 2, 192),
  ...["$a", "$b", "$c"].map((thread, i) => operation(receipts.upsertReceipt, 64, 2, "m.read", thread, "$1", 2, 256 + i)),
  operation(receipts.deleteOldThreadReceipts, 64, 2, "m.read", 2),
  ...each([notifications.insertOwnPushRules], 1, 0, 128),
  ...each([notifications.insertOwnPushRules], 1, 0, LARGEST),
  ...[64, 128, 192, 256].map((pos) => operation(notifications.insertNotifyingEvent, 64, pos, pos === 128 ? "$root" : "main", 2, 1)),
  operation(notifications.insertNotifyingEvent, 64, 64, "main", 1, 0),
  ...[64, 192, 256].map((pos) => operation(notifications.insertUserNotification, 1, pos, 64, "main", 0, 1)),
  operation(notifications.insertUserNotification, 1, 192, 64, "$root", 1, 1),
  operation(notifications.deleteNotifyingEvent, 64, 256),
  operation(notifications.deleteNotificationsOfEvent, 256),
  operation(notifications.pruneNotifyingEvents, 64, 2),
  operation(notifications.pruneUserNotifications, 1, 1),
  ...["", "main", "$a", "$b"].map((thread, i) => operation(notifications.advanceReadMark, 1, 64, thread, 60 + i)),
  operation(notifications.advanceReadMark, 1, 64, "main", 1),
  operation(notifications.pruneReadMarks, 1, 64, 1),
  operation(keyBackup.insertKeyBackup, 1, 1, "a", "{}"),
  operation(keyBackup.insertKeyBackup, 1, 2, "a", "{}"),
  operation(keyBackup.updateKeyBackup, 1, 2, json),
  operation(keyBackup.updateKeyBackupCount, 1, 2, 3, 4),
  operation(keyBackup.deleteKeyBackup, 1, 1),
  operation(keyBackup.forgetDeletedKeyBackups, 1, 1),
  ...["a", "B", "c", "d"].map((session) => operation(keyBackup.upsertBackupSession, 1, 2, "!r:x", session, json)),
  operation(keyBackup.upsertBackupSession, 1, 2, "!R:x", "a", "{}"),
  operation(keyBackup.deleteBackupSession, 1, 2, "!r:x", "d"),
  operation(keys.upsertDeviceKeys, 64, json),
  operation(keys.upsertDeviceKeys, 999, json),
  operation(keys.insertOneTimeKey, 64, "signed_curve25519", "AAAB", json, 2),
  operation(keys.insertOneTimeKey, 64, "signed_curve25519", "AAAA", json, 1),
  operation(keys.insertOneTimeKey, 64, "signed_curve25519", "AAAC", json, 3),
  operation(keys.deleteOneTimeKey, 64, "signed_curve25519", "AAAC"),
  operation(keys.upsertFallbackKey, 64, "signed_curve25519", "F1", json),
  operation(keys.useFallbackKey, 64, "signed_curve25519"),
  operation(keys.upsertCrossSigningKey, 1, "master", json),
  operation(keys.upsertKeySignature, 1, "PHONE", 1, "ed25519:PHONE", "sig"),
  operation(keys.upsertKeySignature, 1, "PHONE", 2, "ed25519:OTHER", "sig"),
  operation(keys.upsertKeySignature, 1, "LAPTOP", 1, "ed25519:LAPTOP", "sig"),
  operation(keys.deleteKeySignatures, 1, "LAPTOP"),
  operation(keys.upsertDeviceListNews, 1, 0, 64),
  operation(keys.upsertDeviceListNews, 1, 1, 128),
  operation(media.insertPendingMedia, "x", "one", 1, 5),
  operation(media.insertPendingMedia, "x", "two", 1, 5),
  operation(media.setMediaContent, "x", "one", 1, 5, "abc", LARGEST, "image/png", "a.png"),
  operation(media.setMediaContent, "x", "one", 1, 5, "def", 1, "image/png", null),
  operation(push.upsertPusher, 1, "app", "key", 64, json, 128),
  operation(push.upsertPusher, 1, "app", "Key", 128, json, LARGEST),
  operation(push.upsertPusher, 2, "app", "key", 192, json, 0),
  operation(push.movePusher, 1, "app", "key", 256),
  operation(push.movePusher, 1, "app", "key", 64),
  operation(push.deleteOtherPushers, 1, "app", "key"),
  ...["anna", "ann", "b\u{1F600}"].map((word) => operation(directory.insertUserWord, word, 1)),
  ...["anna", "anna", "carl"].map((word) => operation(directory.insertUserWord, word, 2)),
  operation(directory.insertUserWord, "anna", 3),
  operation(directory.deleteUserWords, 3),
  operation(reports.insertReport, LARGEST, 1, "!r:x", "$0", null, json, -100),
  operation(reports.insertReport, LARGEST, 1, null, null, "@b:x", null, null),
  operation(directory.openRoom, 64, "m.room.join_rules"),
  operation(directory.openRoom, 64, "m.room.join_rules"),
  operation(directory.openRoom, 64, "m.room.history_visibility"),
  operation(directory.closeRoom, 64, "m.room.history_visibility"),
  ...[1, 2, 3].map((i) => operation(toDevice.insertToDevice, i * 64, 64, 1, json)),
  operation(toDevice.insertToDevice, LARGEST, 64, 2, json),
  operation(toDevice.trimToDevice, 64, 3_000, 1_000),
  operation(toDevice.upsertToDevicePage, 64, 10, 20),
  operation(toDevice.upsertToDevicePage, 64, 10, 30),
  operation(toDevice.trimToDevicePages, 64, 100),
  operation(toDevice.insertToDeviceTransaction, 64, "txn", 10),
];

function afterTs(
  i: number,
): [stateNid: number, afterNid: null, forked: number, replaces: null, status: number, device: number, txn: string, json: string] {
  return [64, null, i % 2, null, 0, 64, "txn", json];
}

/** Every reading statement, for what {@link storing} leaves behind. */
export const reading: readonly ReadCase[] = [
  ...[users, eventTypes, stateKeys].flatMap((table) => [read(table.byNids, keyList([1, 2, 9])), read(table.newest)]),
  ...[users, eventTypes, stateKeys].map((table) => read(table.byTexts, keyList(["@a:x", "m.room.create", "1 ", "none"]))),
  read(users.byText, "@a:x"),
  read(eventTypes.byText, "m.room.create"),
  read(stateKeys.byText, "1 @a:x"),
  read(shards.allShards),
  read(shards.metaValue, "server_name"),
  read(shards.counters, "room"),
  read(shards.cursorsOf, "push"),
  ...[1, 2, 3].map((nid) => read(accounts.accountOf, nid)),
  read(accounts.erasedUsers),
  read(accounts.profileOfUser, 1),
  read(accounts.filterOf, 1, 1),
  read(accounts.newestFilter, 1),
  read(accounts.newestFilter, 2),
  read(accounts.sameFilter, 1, json),
  read(accounts.countOpenIdTokens, 1, 150),
  read(accountData.accountDataOf, 1, 0, "m.b"),
  read(accountData.accountDataSize, 1, 5, "m.a"),
  read(accountData.accountDataUsage, 1, 5, "m.a"),
  read(accountData.accountDataUsage, 2, 5, "m.a"),
  read(accountData.accountDataOfRoom, 1, 5),
  read(accountData.accountDataSince, 1, 128),
  read(daily.dailyUsage, 1, "media"),
  read(daily.dailyUsage, 1, "rooms"),
  read(devices.devicesOfUser, 1),
  read(devices.deviceOfUser, 1, "PHONE"),
  read(devices.deviceIdsOfUsers, keyList([1, 2])),
  read(devices.newestDevice),
  read(devices.tokenOwner, hash(3)),
  read(devices.tokenOwner, hash(4)),
  read(devices.refreshTokenOwner, hash(5)),
  read(devices.deviceLock, 64),
  read(rooms.allRooms),
  read(rooms.roomsByNids, keyList([64, 65])),
  read(rooms.usersWithSharedRoom, 2, keyList([1, 2, 3])),
  read(rooms.membershipsOfUser, 1),
  read(rooms.membershipsOfRoom, 64),
  read(rooms.stateGroupChains, keyList([128, 64])),
  read(rooms.stateGroupChains, keyList([128])),
  read(rooms.newestStateGroup),
  read(rooms.aliasRoom, "#a:x"),
  read(rooms.aliasesOfRoom, 64),
  read(rooms.isPublished, 64),
  read(rooms.countAliasesOfUser, 1),
  read(rooms.countPublishedByUser, 1, 64),
  read(rooms.publishedRooms),
  read(events.eventsByNids, keyList([64, 256])),
  read(events.eventsByIds, keyList(["$0", "$outlier"])),
  read(events.timelineBackward, 64, -LARGEST, LARGEST, 3),
  read(events.timelineForward, 64, -LARGEST, LARGEST, 3),
  read(events.timelineFacts, 0, LARGEST, 0, 100),
  read(events.oldestOfTimeline, 64),
  read(events.oldestOfTimeline, 65),
  read(events.sizeOfEvents, keyList([64, 128]), 1),
  read(events.eventsUpTo, LARGEST, 2),
  read(relations.anyRelation, 64),
  read(relations.anyRelation, 65),
  read(relations.aggregatedEvents, keyList([64, 256])),
  read(relations.threadGroups, 64, "$root", LARGEST, 10),
  read(relations.threadGroups, 64, "$root", 64, 10),
  read(relations.editsOfEvent, 64, "$0", LARGEST, 1, 1, 10, 5),
  read(relations.editsOfEvent, 64, "$0", LARGEST, 2, 1, 10, 5),
  read(relations.referencesToEvent, 64, "$0", LARGEST, 10),
  read(relations.sameAnnotation, 64, "$0", 2, "hash"),
  read(relations.threadsOfRoom, 64, LARGEST, 10),
  ...[relations.relatedBackward, relations.relatedForward].flatMap((statement) => [
    read(statement, 64, "$0", -LARGEST, LARGEST, 0, LARGEST, 10),
    read(statement, 64, "$0", -LARGEST, 320, 2, 2, 10),
  ]),
  ...[relations.relatedOfTypeBackward, relations.relatedOfTypeForward].map((statement) =>
    read(statement, 64, "$0", 0, LARGEST, 0, LARGEST, 10, "m.replace"),
  ),
  read(relations.relatedToAny, 64, keyList(["$0", "$root"]), LARGEST, 10),
  read(spans.stretchesOfSpan, 64, 5),
  ...[spans.spanAfter, spans.spanBefore].flatMap((statement) => [read(statement, 64, 5), read(statement, 64, 6), read(statement, 65, 5)]),
  read(spans.timesOfStretch, 64, 64, 320, 10),
  read(events.eventOfTransaction, 64, "txn"),
  read(events.eventOfTransaction, 64, "old"),
  read(receipts.othersReceipts, 64, 1, 0, LARGEST, 10),
  read(receipts.receiptsOfUser, 64, 2, 0, LARGEST),
  read(receipts.newestReceipts),
  read(notifications.unreadOfRoom, 64, 1, 0, LARGEST, LARGEST, 10),
  read(notifications.unreadOfRoom, 64, 2, 0, LARGEST, 64, 1),
  read(notifications.ownPushRules),
  read(notifications.notificationsOfUser, 1, LARGEST, 10),
  read(notifications.highlightsOfUser, 1, LARGEST, 1),
  read(notifications.notificationsOfRoom, 64, 1, 0, LARGEST, 0, 10),
  read(notifications.readMarksOfRoom, 1, 64, 10),
  read(notifications.storedPushRules, 0, 10),
  read(keyBackup.keyBackup, 1, 2),
  read(keyBackup.keyBackup, 1, 1),
  read(keyBackup.currentKeyBackup, 1),
  read(keyBackup.highestKeyBackup, 1),
  read(keyBackup.backupSessionsAfter, 1, 2, "", "", 10),
  read(keyBackup.backupSessionsAfter, 1, 2, "!R:x", "a", 2),
  read(keyBackup.backupSessionsOfRoomAfter, 1, 2, "!r:x", "B", 10),
  read(keyBackup.countBackupSessionsOfRoom, 1, 2, "!r:x"),
  read(keyBackup.backupSession, 1, 2, "!r:x", "a"),
  read(directory.wordsFrom, "ann", 0, "ann\u{10FFFF}", 10),
  read(directory.wordsFrom, "anna", 1, "z", 10),
  read(directory.listedUsers, keyList([1, 3])),
  read(directory.findableUsers, 1, keyList([1, 2, 3])),
  read(directory.accountsAfter, 0, 2),
  read(keys.deviceKeysOfUsers, keyList([1, 2])),
  read(keys.crossSigningKeysOfUsers, keyList([1, 2])),
  read(keys.deviceKeysByNid, 64),
  read(keys.oneTimeKeysOfDevice, 64),
  read(keys.oldestOneTimeKey, 64, "signed_curve25519"),
  read(keys.countOneTimeKeys, 64),
  read(keys.fallbackKeysOfDevice, 64),
  read(keys.crossSigningKeysOfUser, 1),
  read(keys.signersOfKey, 1, "PHONE", 1),
  read(keys.visibleSignatures, keyList([1, 2]), 2),
  read(keys.deviceListChangesAfter, 0),
  read(keys.newestDeviceListChanges),
  read(media.mediaById, "x", "one"),
  read(media.mediaById, "x", "two"),
  read(media.storedMediaAfter, "x", "", 5),
  read(media.countPendingMedia, 1, 5),
  read(push.pushersOfUser, 1),
  read(push.pushersOfUser, 2),
  read(push.allPushers),
  read(push.pusherOf, 1, "app", "key"),
  read(push.countOtherPushers, 1, "app", "key"),
  read(toDevice.toDeviceUpTo, 64, LARGEST, 10),
  read(toDevice.toDevicePage, 64, 10),
  read(toDevice.toDeviceTransaction, 64, "txn"),
];

/** Writes that remove what {@link storing} has stored. */
export const removing: readonly WriteOperation[] = [
  operation(shards.deleteMeta, "server_name"),
  operation(shards.deleteCursors, "push"),
  operation(relations.deleteRelation, LARGEST),
  operation(relations.deleteThread, 64, "$root"),
  operation(relations.restoreThread, 64, "$root"),
  operation(accounts.deleteProfileFieldRow, 1, "avatar_url"),
  operation(accounts.deleteProfile, 1),
  operation(accounts.deleteOldOpenIdTokens, 150),
  ...each(devices.deleteTokens, 64),
  ...each(devices.deleteTokensByUse, 128, 1),
  operation(rooms.deleteAlias, "#a:x"),
  operation(rooms.unpublishRoom, 64),
  operation(keyBackup.deleteBackupSessionsOfRoom, 1, 2, "!r:x"),
  operation(keyBackup.deleteBackupSessions, 1, 2),
  operation(push.deletePusher, 1, "app", "key"),
  operation(push.deletePushersOfDevice, 128),
  operation(toDevice.deleteToDeviceUpTo, 64, 64),
  operation(toDevice.deleteToDevicePages, 64, LARGEST),
  operation(toDevice.deleteToDeviceTransactions, 64, LARGEST),
  ...each(accounts.eraseAccount, 1),
  operation(accountData.upsertAccountData, 1, 0, "m.b", json, 256),
  ...each(devices.deleteDeviceRows, 64),
];

/** The names of every statement that a file of the catalogue exports. */
export async function catalogueNames(): Promise<string[]> {
  const folder = new URL("../../src/store/statements/", import.meta.url);
  const modules = await Promise.all(readdirSync(folder).map((file) => import(new URL(file, folder).href) as Promise<object>));
  const names: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if ("sql" in value && "name" in value) names.push(String(value.name));
    else for (const member of Object.values(value)) collect(member);
  };
  modules.forEach(collect);
  return names;
}
