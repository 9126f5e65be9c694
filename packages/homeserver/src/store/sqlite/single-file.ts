import { chmodSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/** Makes a database that nobody uses one file, with nothing beside it, which can be read where nothing can be written. */
export function toSingleFile(path: string): void {
  {
    using database = new DatabaseSync(path);
    database.exec("pragma journal_mode = delete");
  }
  rmSync(`${path}-lock`, { force: true });
  chmodSync(path, 0o600);
}
