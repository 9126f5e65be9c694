// The statements about rooms that are removed with values of their types: they come after those of users, rooms and events.
import { operation, type WriteOperation } from "../../src/store/statement.ts";
import * as purges from "../../src/store/statements/purges.ts";
import { each, json, LARGEST, read, type ReadCase } from "./statement-case.ts";

/** Writes that fill the tables, and change what they have stored. */
export const storingPurges: readonly WriteOperation[] = [
  ...["one", "two", "three"].map((id, i) => operation(purges.insertPurge, id, "!r:x", "room", json, i)),
  operation(purges.markDetached, "two"),
  operation(purges.endPurge, "one", 3, 50, null),
  operation(purges.endPurge, "three", LARGEST, LARGEST, "it failed"),
  operation(purges.prunePurges, 51),
  operation(purges.blockRoom, "!r:x", 1),
  operation(purges.blockRoom, "!r:x", 2),
  operation(purges.blockRoom, "!s:x", 1),
  operation(purges.unblockRoom, "!s:x"),
];

/** Every reading statement. */
export const readingPurges: readonly ReadCase[] = [
  ...["one", "two", "three"].map((id) => read(purges.purgeOf, id)),
  read(purges.unfinishedPurges),
  read(purges.blockedRooms),
  read(purges.membersOfServer, 64, "x", 0, 5),
  read(purges.membersOfServer, 64, "y", 0, 5),
  read(purges.sizeOfRoom, 64),
  read(purges.anyReceipt, 64),
  read(purges.roomsOfStateGroups, 0, 5),
  read(purges.eventsToPurge, 64, 50),
];

/** Writes that remove a room. */
export const purging: readonly WriteOperation[] = [
  operation(purges.detachOtherMembers, 64, "x"),
  ...each(purges.detachRoom, 64),
  ...each(purges.hideRoom, 64),
  ...each(purges.purgeUserOfRoom, 64, 1),
  operation(purges.purgeRelation, 64, 128),
  operation(purges.purgeReceipts, 64, 1),
  ...each(purges.purgeRoomRows, 64),
  operation(purges.deleteStateGroup, 64, 128),
];
