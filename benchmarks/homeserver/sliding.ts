// Sliding sync as Element X asks for it: the first window, and what is new in a list of rooms.
import { Agent } from "node:http";
import { call } from "./http.ts";
import { percentiles } from "./load.ts";
import { makeRoom, register } from "./population.ts";
import type { Figure, Sizes } from "./scenario.ts";
import type { ServerUnderTest } from "./server-process.ts";

/** How many times as many rooms as in the other scenarios the user is in whose first window is read. */
const MORE_ROOMS = 2.5;
/** How many rooms one user makes. */
const ROOMS_OF_ONE = 200;
/** How many rooms the first window has. */
const WINDOW = 20;

/** The state that Element X asks for. */
const requiredState: readonly (readonly [string, string])[] = [
  ...[
    "name",
    "encryption",
    "topic",
    "avatar",
    "canonical_alias",
    "power_levels",
    "join_rules",
    "tombstone",
    "create",
    "history_visibility",
  ].map((type) => [`m.room.${type}`, ""] as const),
  ["io.element.functional_members", ""],
  ["m.room.member", "$LAZY"],
  ["m.room.member", "$ME"],
  ["org.matrix.msc3401.call.member", "*"],
  ["m.space.parent", "*"],
  ["m.space.child", "*"],
  ["org.matrix.msc3672.beacon_info", "*"],
];

const extensions = { account_data: { enabled: true }, receipts: { enabled: true, rooms: ["*"] }, typing: { enabled: true } };

/** Measures the first window and incremental answers. */
export async function sliding({ url, processes }: ServerUnderTest, { rooms: count, repeats }: Sizes): Promise<Figure[]> {
  const many = Math.round(count * MORE_ROOMS);
  const [first, listed] = [await register(url), await register(url)];
  const agent = new Agent({ keepAlive: true });
  const say = (token: string, room: string, txn: string): Promise<unknown> =>
    call(url, "PUT", `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${txn}`, {
      token,
      body: { msgtype: "m.text", body: "x".repeat(400) },
    });
  // Nobody may make so many rooms in a day.
  let maker = await register(url);
  for (let i = 0; i < many; i++) {
    if (i > 0 && i % ROOMS_OF_ONE === 0) maker = await register(url);
    await say(first.token, await makeRoom(url, [maker, first]), "s");
  }
  const own: string[] = [];
  for (let i = 0; i < count; i++) own.push(await makeRoom(url, [listed]));
  const sync = async (token: string, last: number, pos?: string): Promise<string> => {
    const list = { ranges: [[0, last]], timeline_limit: 1, required_state: requiredState, filters: {} };
    const query = pos === undefined ? "" : `&pos=${encodeURIComponent(pos)}`;
    const path = `/_matrix/client/unstable/org.matrix.simplified_msc3575/sync?timeout=0${query}`;
    return (await call(url, "POST", path, { token, agent, body: { conn_id: "room-list", lists: { all_rooms: list }, extensions } }))[
      "pos"
    ] as string;
  };
  const windows: number[] = [];
  for (let i = 0; i < repeats * 5; i++) {
    const begin = performance.now();
    await sync(first.token, WINDOW - 1);
    windows.push(performance.now() - begin);
  }
  let pos = await sync(listed.token, count - 1);
  const [news, empty]: [number[], number[]] = [[], []];
  const timed = async (into: number[]): Promise<void> => {
    const begin = performance.now();
    pos = await sync(listed.token, count - 1, pos);
    into.push(performance.now() - begin);
  };
  for (let i = 0; i < repeats * 10; i++) {
    await say(listed.token, own[i % own.length] ?? "", `n${i}`);
    await timed(news);
    await timed(empty);
  }
  const times = repeats * 100;
  const before = processes?.cpuSeconds() ?? 0;
  for (let i = 0; i < times; i++) await timed([]);
  const cpu = processes ? ((processes.cpuSeconds() - before) / times) * 1_000_000 : undefined;
  agent.destroy();
  return [
    { name: `sliding window of ${WINDOW} of ${many} rooms, first`, value: windows[0] ?? Number.NaN, unit: "ms" },
    { name: `sliding window of ${WINDOW} of ${many} rooms, p50`, value: percentiles(windows).p50, unit: "ms" },
    { name: `sliding sync with news in ${count} rooms, p50`, value: percentiles(news).p50, unit: "ms" },
    { name: `empty sliding sync in ${count} rooms, p50`, value: percentiles(empty).p50, unit: "ms" },
    ...(cpu === undefined ? [] : [{ name: `empty sliding sync in ${count} rooms, CPU with HTTP`, value: cpu, unit: "µs" }]),
  ];
}
