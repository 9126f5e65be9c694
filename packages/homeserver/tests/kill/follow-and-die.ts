/**
 * A server that sends events to itself and follows its log, until it is killed, or kills itself.
 * Arguments: data folder, file of outside effects, `send`, `die` or `drain`.
 */
import { appendFileSync } from "node:fs";
import { parseConfig } from "../../src/config/load-config.ts";
import { composeHomeserver } from "../../src/compose/create-homeserver.ts";
import { silentLogger } from "../../src/http/logger.ts";
import { LogReader } from "../../src/log/log-reader.ts";
import { createRoom } from "../../src/rooms/write/create-room.ts";
import { readTimelineFacts } from "../../src/rooms/timeline/timeline-facts.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { operation, write } from "../../src/store/statement.ts";

const countEffect = write<[key: string]>(
  "countEffect",
  `insert into meta (key, value) values (?1, '1') on conflict (key) do update set value = cast(cast(meta.value as integer) + 1 as text)`,
);

const [, , dataDir = "", file = "", mode] = process.argv;
const config = parseConfig({
  server_name: "localhost",
  listeners: [{ host: "127.0.0.1", port: 0 }],
  testing: true,
  data_dir: dataDir,
  ...(await testDatabase(dataDir)).config,
  cluster: { shards: 2 },
});
let batches = 0;
const { parts } = await composeHomeserver(config, { logger: silentLogger });
const { core, rooms } = parts;
const alice = "@alice:localhost";
const [known] = rooms.rooms.all();
const request = { creator: alice, preset: "private_chat", invite: [], initialState: [] } as const;
const room = known ?? (await createRoom(rooms.rooms, rooms.engine, rooms.profileOf, request));
await LogReader.open(core, {
  name: "kill test",
  start: "beginning",
  read: readTimelineFacts(rooms.rooms),
  handle: async (events) => {
    for (const { eventId } of events) appendFileSync(file, `${eventId}\n`);
    // The worst moment: done outside, and not yet noted.
    if (mode === "die" && ++batches === 20) process.kill(process.pid, "SIGKILL");
    return events.map(({ eventId }) => operation(countEffect, `effect ${eventId}`));
  },
});
process.stdout.write("following\n");
if (mode === "drain") setInterval(() => {}, 1_000);
else for (;;) await Promise.all([1, 2, 3].map((i) => rooms.engine.send(room, { type: "m.room.message", sender: alice, content: { i } })));
