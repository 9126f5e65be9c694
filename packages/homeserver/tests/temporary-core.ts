import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Core, openCore } from "../src/log/core.ts";
import type { Store } from "../src/store/store.ts";
import { openStore } from "../src/compose/open-store.ts";
import { testDatabase } from "../src/testing/test-database.ts";
import { testingConfig } from "../src/testing/testing-config.ts";

/** How the core of a test differs from the usual one. */
export interface TemporaryCoreOptions {
  readonly shards?: number;
  /** Puts something between the core and its store. */
  readonly wrapStore?: (store: Store) => Store;
}

/** The core of a server, `example.org`, over a database of its own, which goes with it. */
export interface TemporaryCore extends AsyncDisposable {
  readonly core: Core;
  /** Closes the database once everything is written, and opens a core over it anew. */
  restart(): Promise<Core>;
}

/** Opens such a core. */
export async function temporaryCore({ shards = 1, wrapStore = (store) => store }: TemporaryCoreOptions = {}): Promise<TemporaryCore> {
  const folder = await mkdtemp(join(tmpdir(), "patrix-core-"));
  const database = await testDatabase(folder);
  const config = testingConfig({ dataDir: folder, config: database.config });
  const open = async (): Promise<Core> => openCore("example.org", wrapStore(await openStore(config)), { shards });
  let core = await open();
  const close = async (): Promise<void> => {
    await core.log.flushed();
    await core.store[Symbol.asyncDispose]();
  };
  return {
    get core() {
      return core;
    },
    async restart() {
      await close();
      return (core = await open());
    },
    async [Symbol.asyncDispose]() {
      await close();
      await database.drop();
      await rm(folder, { recursive: true });
    },
  };
}
