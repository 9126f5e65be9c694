// What a passphrase costs a store: the rows of a client, written into a new file and read again, without one and with one in turn.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoreChange } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { costOf } from "../cost.ts";
import { answerJob } from "./child.ts";

/** Whose rows, and how often they are written. */
export interface StoreJob {
  /** The file of a client. */
  readonly path: string;
  readonly rounds: number;
}

/** What the same work took, for each round. */
export interface StoreCosts {
  readonly rows: number;
  readonly plain: readonly StoreCost[];
  readonly sealed: readonly StoreCost[];
}

/** What one round took of the processor, in milliseconds. */
export interface StoreCost {
  /** To open it, which makes the key out of the passphrase. */
  readonly openMs: number;
  readonly writeMs: number;
  readonly readMs: number;
}

const tables = ["session", "sync", "account-data", "rooms", "state", "timeline", "receipts"] as const;

async function measure({ path, rounds }: StoreJob): Promise<StoreCosts> {
  await using kept = sqliteStore(path);
  const rows: StoreChange[] = [];
  for (const table of tables) for (const [key, value] of await kept.all(table)) rows.push({ table, key, value });
  const folder = mkdtempSync(join(tmpdir(), "patrix-bench-store-"));
  const round = async (name: string, passphrase?: string): Promise<StoreCost> => {
    const file = join(folder, name);
    const opening = async (): Promise<void> => {
      await using store = sqliteStore(file, { passphrase });
      await store.get("sync", "token");
    };
    // The key of a file that is there already.
    await opening();
    const { cpuMs: openMs } = await costOf(opening);
    await using store = sqliteStore(file, { passphrase });
    await store.get("sync", "token");
    const { cpuMs: writeMs } = await costOf(() => store.write(rows));
    const { cpuMs: readMs } = await costOf(async () => {
      for (const table of tables) await store.all(table);
    });
    return { openMs, writeMs, readMs };
  };
  const [plain, sealed]: [StoreCost[], StoreCost[]] = [[], []];
  for (let index = 0; index < rounds; index++) {
    plain.push(await round(`plain-${index}.db`));
    sealed.push(await round(`sealed-${index}.db`, "correct horse battery staple"));
  }
  rmSync(folder, { recursive: true });
  return { rows: rows.length, plain, sealed };
}

answerJob(measure);
