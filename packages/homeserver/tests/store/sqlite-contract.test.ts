import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe } from "vitest";
import { SqliteStore } from "../../src/store/sqlite/sqlite-store.ts";
import { storeContract } from "./store-contract.ts";

describe("a store in SQLite", () => {
  storeContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), "patrix-store-"));
    return {
      open: () => SqliteStore.open(join(folder, "patrix.db")),
      [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
    };
  });
});
