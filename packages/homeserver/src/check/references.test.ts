import { expect, it } from "vitest";
import { readTables } from "../store/copy/tables.ts";
import { positions, references } from "./references.ts";

const columnsOf = new Map(readTables().map(({ name, columns }) => [name, columns]));

/** Numbers that may outlive what they stand for, or that are the row's own. */
const FREE =
  `events.device_nid txn_ids.device_nid to_device_txns.device_nid to_device_pages.device_nid pushers.device_nid to_device.sender_nid
  stripped_state.room_nid filters.filter_nid users.user_nid event_types.type_nid state_keys.skey_nid rooms.room_nid
  events.event_nid federation_outbox.edu_nid state_groups.state_nid reports.report_nid devices.device_nid appservices.as_nid
  delayed_events.delay_nid delayed_events.device_nid`.split(/\s+/);

it("names columns that there are", () => {
  for (const { table, columns, target, targetColumns } of references) {
    expect(columnsOf.get(table), table).toEqual(expect.arrayContaining([...columns]));
    expect(columnsOf.get(target), target).toEqual(expect.arrayContaining([...targetColumns]));
    expect(columns).toHaveLength(targetColumns.length);
  }
  for (const { table, column } of positions) expect(columnsOf.get(table), table).toContain(column);
});

it("knows every column with a number of something else, and every position", () => {
  const named = references.flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`));
  const known = new Set([...FREE, ...named, ...positions.map(({ table, column }) => `${table}.${column}`)]);
  const numbers = [...columnsOf].flatMap(([table, columns]) =>
    columns.filter((column) => /_nid$|(^|_)pos$/.test(column)).map((column) => `${table}.${column}`),
  );
  expect(numbers.filter((column) => !known.has(column))).toEqual(["shards.last_pos"]);
});
