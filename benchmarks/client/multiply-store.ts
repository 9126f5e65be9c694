// The store of somebody who is in many times as many rooms.
import type { StoreChange } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";

/** Writes each room that a file of a client holds so many times into another file, under other IDs; of events only those of the first are kept, as of rooms that are beyond what is kept. */
export async function multiplyStore(from: string, to: string, times: number): Promise<void> {
  await using source = sqliteStore(from);
  await using target = sqliteStore(to);
  const changes: StoreChange[] = [];
  for (const table of ["session", "sync", "account-data", "rooms", "state", "timeline", "receipts"] as const)
    for (const [key, value] of await source.all(table)) changes.push({ table, key, value });
  for (let copy = 1; copy < times; copy++) {
    // As long as before: room IDs may be hashes.
    const renamed = (id: unknown): string => `!copy${copy}${String(id).slice(1 + `copy${copy}`.length)}`;
    for (const [key, value] of await source.all("rooms")) {
      const id = renamed(key);
      changes.push({ table: "rooms", key: id, value: { ...(value as object), id } });
    }
    for (const [key, value] of await source.all("state")) {
      const [id, ...slot] = JSON.parse(key) as unknown[];
      changes.push({ table: "state", key: JSON.stringify([renamed(id), ...slot]), value });
    }
  }
  await target.write(changes);
}
