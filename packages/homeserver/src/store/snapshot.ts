import { StoreError } from "./errors.ts";
import { migrations } from "./schema.ts";
import type { StoreReader } from "./store.ts";

/** How far a snapshot is written to a file. */
export interface SaveProgress {
  readonly table?: string;
  readonly done: number;
  readonly of: number;
}

/** How the writing of a snapshot to a file is followed, and ended early. */
export interface SaveOptions {
  readonly progress?: ((progress: SaveProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A database as it was at one moment, for reading only: a server may use it meanwhile, and nothing is changed, migrated or claimed. */
export interface Snapshot extends StoreReader, AsyncDisposable {
  /** What the engine itself finds wrong with its files; empty where it finds nothing, or does not look. */
  inspect(): Promise<readonly string[]>;
  /**
   * Writes everything to a new SQLite file, whatever engine it is in.
   *
   * @throws What aborted the signal.
   */
  saveAs(path: string, options?: SaveOptions): Promise<void>;
}

/** Refuses a database that this release cannot read as it is. @throws {StoreError} `SCHEMA_TOO_NEW`, `SCHEMA_TOO_OLD`. */
export function requireNewestSchema(version: number): void {
  const newest = migrations.at(-1)?.version ?? 0;
  if (version > newest)
    throw new StoreError("SCHEMA_TOO_NEW", `the database has schema ${version}, this release knows ${newest}: use a newer release`);
  if (version < newest)
    throw new StoreError(
      "SCHEMA_TOO_OLD",
      `the database has schema ${version}, this release reads ${newest}: start the server once, which brings it up to date`,
    );
}
