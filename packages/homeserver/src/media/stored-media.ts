import { type StoredMediaRow, storedMediaAfter } from "../store/statements/media.ts";
import type { StoreReader } from "../store/store.ts";

/** How many rows are read at once. */
const ROWS_AT_ONCE = 500;

/** Reads what is stored of every media ID that has content, in the order of origin and ID. */
export async function* storedMedia(reader: StoreReader): AsyncGenerator<StoredMediaRow> {
  for (let last: StoredMediaRow | undefined; ;) {
    const page = await reader.all(storedMediaAfter, last?.origin ?? "", last?.media_id ?? "", ROWS_AT_ONCE);
    yield* page;
    last = page.at(-1);
    if (page.length < ROWS_AT_ONCE) return;
  }
}
