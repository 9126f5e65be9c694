import { checkData, type CheckOptions, type CheckSummary } from "../check/check-data.ts";
import type { Config } from "../config/config.ts";
import { readMediaStore } from "./open-media-store.ts";
import { openSnapshot } from "./open-snapshot.ts";

/** What of a check is asked for. */
export interface CheckDatabaseOptions extends Omit<CheckOptions, "media"> {
  /** Whether the media of the configuration belong to its database. Default: true. */
  readonly checksMedia?: boolean | undefined;
}

/**
 * Checks the database of a server as it is at this moment, also while the server runs; nothing is changed.
 *
 * @throws {StoreError} `NOT_A_DATABASE`, `UNREACHABLE`, `SCHEMA_TOO_NEW`, `SCHEMA_TOO_OLD`, `UNFINISHED_COPY`.
 * @throws {MediaError} `STORE_FAILED`.
 * @example
 * const { findings } = await checkDatabase(await loadConfig("patrix.yaml"), { found: ({ table, message }) => console.log(table, message) });
 */
export async function checkDatabase(config: Config, { checksMedia = true, ...options }: CheckDatabaseOptions): Promise<CheckSummary> {
  await using snapshot = await openSnapshot(config);
  const media = checksMedia ? await readMediaStore(config) : undefined;
  return await checkData(snapshot, { ...options, media });
}
