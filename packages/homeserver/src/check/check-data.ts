import type { MediaReader } from "../media/media-store.ts";
import { readTables, type Table } from "../store/copy/tables.ts";
import { StoreError } from "../store/errors.ts";
import type { Snapshot } from "../store/snapshot.ts";
import { metaValue, UNFINISHED_COPY } from "../store/statements/shards.ts";
import type { StoreReader } from "../store/store.ts";
import { checkEvents } from "./check-events.ts";
import { checkMedia } from "./check-media.ts";
import { checkRooms } from "./check-rooms.ts";
import { checkPositions, checkReference } from "./check-rows.ts";
import { checkStateGroups } from "./check-state-groups.ts";
import type { Report } from "./finding.ts";
import { positions, references } from "./references.ts";

/** How far a check has got. */
export interface CheckProgress {
  /** What is checked, such as `hashes of events`. */
  readonly step: string;
  /** How much of it. */
  readonly done: number;
  /** Of how much. */
  readonly of: number;
}

/** How a check is followed, and ended early. */
export interface CheckOptions {
  /** Where the files of media are; their rows are not checked without it. */
  readonly media?: MediaReader | undefined;
  /** Hears of each finding as it is made. */
  readonly found: Report;
  readonly progress?: ((progress: CheckProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a check has looked at, and found. */
export interface CheckSummary {
  readonly serverName: string;
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly findings: number;
  /** Events of rooms whose version this release does not know, and whose hashes it cannot tell. */
  readonly uncheckedEvents: number;
  /** Whether the files of media were looked at. */
  readonly hasCheckedMedia: boolean;
  /** Files of media that no row names; those of uploads that are under way are among them. */
  readonly unnamedFiles: number;
  /** Whether everything was looked at: where the engine finds its own files damaged, nothing that it reads says anything. */
  readonly isComplete: boolean;
}

/**
 * Checks the data of a server, whatever engine it is in, and changes nothing: what the engine says of its files; what rows refer to;
 * positions of the log; the hashes of events; state groups; states, tips and members of rooms; the files of media.
 *
 * @throws {StoreError} `NOT_A_DATABASE` if there is no data of a server, `UNFINISHED_COPY`. @throws What aborted the signal.
 */
export async function checkData(snapshot: Snapshot, { media, found, progress, signal }: CheckOptions): Promise<CheckSummary> {
  const serverName = await requireData(snapshot);
  let findings = 0;
  const report: Report = (finding) => {
    findings++;
    found(finding);
  };
  const advance = (step: string, done: number, of: number): void => {
    signal?.throwIfAborted();
    progress?.({ step, done, of });
  };
  const rows: Record<string, number> = {};
  advance("the files of the database", 0, 1);
  for (const message of await snapshot.inspect()) report({ kind: "FILE", table: "", key: {}, message });
  if (findings > 0) return { serverName, rows, findings, uncheckedEvents: 0, hasCheckedMedia: false, unnamedFiles: 0, isComplete: false };
  const tables = new Map(readTables().map((table) => [table.name, table]));
  for (const table of tables.values()) rows[table.name] = (await snapshot.get(table.count))?.count ?? 0;
  await checkAllRows(snapshot, tables, { report, advance });
  const part = (step: string, table: string): ((done: number) => void) => {
    advance(step, 0, rows[table] ?? 0);
    return (done) => advance(step, done, rows[table] ?? 0);
  };
  const uncheckedEvents = await checkEvents(snapshot, report, part("events and their hashes", "events"));
  await checkStateGroups(snapshot, report, part("state groups", "state_groups"));
  await checkRooms(snapshot, report, part("states and members of rooms", "rooms"));
  advance("files of media", 0, rows["media"] ?? 0);
  const unnamedFiles = media ? await checkMedia(snapshot, media, report) : 0;
  return { serverName, rows, findings, uncheckedEvents, hasCheckedMedia: media !== undefined, unnamedFiles, isComplete: true };
}

async function requireData(reader: StoreReader): Promise<string> {
  const owner = (await reader.get(metaValue, "server_name"))?.value;
  if (owner === undefined) throw new StoreError("NOT_A_DATABASE", "the database holds no data of a server");
  if ((await reader.get(metaValue, UNFINISHED_COPY)) !== undefined)
    throw new StoreError("UNFINISHED_COPY", "the database holds the beginning of a copy: run the same copy again, which goes on with it");
  return owner;
}

/** Checks rows table by table: what they refer to, and their positions. */
async function checkAllRows(
  reader: StoreReader,
  tables: ReadonlyMap<string, Table>,
  { report, advance }: { readonly report: Report; readonly advance: (step: string, done: number, of: number) => void },
): Promise<void> {
  let done = 0;
  const of = references.length + positions.length;
  for (const reference of references) {
    advance("references", done++, of);
    const table = tables.get(reference.table);
    if (table) await checkReference(reader, table, reference, report);
  }
  for (const place of positions) {
    advance("references", done++, of);
    const table = tables.get(place.table);
    if (table) await checkPositions(reader, table, place, report);
  }
}
