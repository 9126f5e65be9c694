import type { Core } from "../log/core.ts";
import { stateEvent } from "../rooms/read/state-event.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { openingOperation, openingTypes, statedOpening } from "../rooms/write/opening.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { metaValue, upsertMeta } from "../store/statements/shards.ts";
import { accountsAfter } from "../store/statements/user-directory.ts";
import type { UserDirectory } from "./user-directory.ts";

/** Says in the database that everything of before is in the directory. */
const FILLED = "user_directory";
const FILLED_AT_ONCE = 1_000;

/**
 * Puts into the directory of users what was in the database before there was one: the names of accounts, and which rooms are open. Nothing
 * may change meanwhile, so it comes before the first request; once it is done, it is not done again.
 */
export async function fillDirectory(rooms: Rooms, directory: UserDirectory): Promise<void> {
  const { core } = rooms;
  if ((await core.store.get(metaValue, FILLED)) !== undefined) return;
  await fillUsers(core, directory);
  await fillRooms(rooms);
  await core.log.append({ positions: [], operations: [operation(upsertMeta, FILLED, "1")] });
}

async function fillUsers({ store, log }: Core, directory: UserDirectory): Promise<void> {
  for (let rows = await store.all(accountsAfter, 0, FILLED_AT_ONCE); rows.length > 0;) {
    const operations = rows.flatMap((row) =>
      directory.name(row.user_nid, row.user_id, row.name === null ? undefined : JSON.parse(row.name)),
    );
    await log.append({ positions: [], operations });
    rows = await store.all(accountsAfter, rows.at(-1)?.user_nid ?? 0, FILLED_AT_ONCE);
  }
}

async function fillRooms(rooms: Rooms): Promise<void> {
  for (const { nid } of rooms.all()) {
    const room = await rooms.load({ nid });
    const operations: WriteOperation[] = [];
    for (const type of openingTypes) {
      const event = await stateEvent(rooms, room, type);
      const opening = event && statedOpening(event.fields, event.pdu);
      if (opening?.isOpen) operations.push(openingOperation(nid, opening));
    }
    if (operations.length > 0) await rooms.core.log.append({ positions: [], operations });
  }
}
