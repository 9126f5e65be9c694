import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { openRooms } from "../../../tests/composed-rooms.ts";
import { queryDatabase } from "../../../tests/query-database.ts";
import { limits } from "../../limits.ts";
import { storeReadMark } from "./read-marks.ts";

it("goes forward only, and is kept for so many threads of a room, and for the main timeline and the whole room", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "patrix-marks-"));
  {
    await using fixture = await openRooms({ dataDir });
    const mark = (thread: string, pos: number) => storeReadMark({ userNid: 64, roomNid: 128, thread, pos });
    const threads = Array.from({ length: limits.readThreads.value + 1 }, (_, i) => mark(`$${i}`, 10 + i));
    const operations = [mark("", 1), mark("main", 2), ...threads, mark("main", 1), mark("$5", 3)].flat();
    await fixture.core.log.append({ positions: [], operations });
  }
  const rows = await queryDatabase<{ thread: string; pos: number | string }>(dataDir, "select thread, pos from read_marks order by pos");
  const kept = rows.map(({ thread, pos }) => [thread, Number(pos)]);
  expect(kept.slice(0, 4)).toEqual([
    ["", 1],
    ["main", 2],
    ["$1", 11],
    ["$2", 12],
  ]);
  expect(kept).toHaveLength(2 + limits.readThreads.value);
  expect(kept).toContainEqual(["$5", 15]);
  await rm(dataDir, { recursive: true, force: true });
});
