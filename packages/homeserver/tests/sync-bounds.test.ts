// An answer of sync that would be too large leaves the rest to the next ones, and nothing comes twice or never.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import type { LoadedRoom } from "../src/rooms/room.ts";
import { createRoom } from "../src/rooms/write/create-room.ts";
import { testHomeserver } from "../src/testing/index.ts";
import { defaultSyncBound, type SyncBound } from "../src/sync/v3/sync-bound.ts";
import { composed } from "./remote/compose.ts";

const never = new AbortController().signal;

interface Section {
  readonly timeline: { readonly events: readonly { readonly event_id: string }[]; readonly limited: boolean; readonly prev_batch: string };
  readonly account_data: { readonly events: readonly { readonly type: string }[] };
}

interface Answer {
  readonly next_batch: string;
  readonly account_data?: { readonly events: readonly { readonly type: string; readonly content: unknown }[] };
  readonly to_device?: { readonly events: readonly { readonly content: unknown }[] };
  readonly device_lists?: { readonly changed: readonly string[]; readonly left: readonly string[] };
  readonly device_one_time_keys_count?: unknown;
  readonly rooms?: Partial<Record<"join" | "leave" | "invite", Readonly<Record<string, Section>>>>;
}

type Server = Awaited<ReturnType<typeof composed>>;

async function device({ parts }: Server, localpart: string) {
  const { accounts, sessions, tokens } = parts.accounts;
  const account = await accounts.create({ localpart });
  const owner = await tokens.lookup((await sessions.open(account, {})).access_token);
  if (typeof owner !== "object") throw new Error(`${localpart} is not logged in`);
  return owner;
}

const newRoom = ({ parts }: Server, creator: string): Promise<LoadedRoom> =>
  createRoom(parts.rooms.rooms, parts.rooms.engine, parts.rooms.profileOf, {
    creator,
    preset: "public_chat",
    invite: [],
    initialState: [],
  });

/** Syncs until nothing is owed. */
async function catchUp(
  { parts }: Server,
  who: Parameters<Server["parts"]["sync"]["sync"]>[0],
  since?: string,
  full = false,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let token = since;
  for (let i = 0; i < 20; i++) {
    const query = { since: token, timeout: 0, ...(full && i === 0 && { full_state: true }) };
    const answer = JSON.parse(await parts.sync.sync(who, query, never)) as Answer;
    answers.push(answer);
    token = answer.next_batch;
    if (!token.includes("-")) return answers;
  }
  throw new Error("something is owed for ever");
}

const one: SyncBound = { ...defaultSyncBound, bytes: 1 };
const joinedOf = (answers: readonly Answer[]): string[] => answers.flatMap(({ rooms }) => Object.keys(rooms?.join ?? {}));

it.each([
  { name: "bytes", bound: one },
  { name: "rooms", bound: { ...defaultSyncBound, rooms: 1 } },
])(
  "syncBytes, syncRooms: rooms come one by one where that is the bound of $name, and everything else once, with the first",
  async ({ bound }) => {
    await using server = await composed({ syncBound: bound });
    const { e2ee, accounts, rooms: roomParts } = server.parts;
    const [alice, bob] = [await device(server, "alice"), await device(server, "bob")];
    const rooms = [await newRoom(server, alice.userId), await newRoom(server, alice.userId), await newRoom(server, alice.userId)];
    const { userNid } = alice;
    const put = (type: string, roomNid: number): Promise<void> => accounts.accountData.put({ userNid, roomNid, type }, { type });
    const happens = async (n: number): Promise<void> => {
      for (const room of rooms)
        await roomParts.engine.send(room, { type: "m.room.message", sender: alice.userId, content: { body: `${n}` } });
      await put(`global.${n}`, 0);
      for (const room of rooms) await put(`room.${n}`, room.nid);
      await e2ee.toDevice.send(bob, "org.example", `${n}`, { [alice.userId]: { "*": { n } } });
    };
    let since: string | undefined;
    for (const n of [1, 2]) {
      await happens(n);
      const [room] = rooms;
      if (n === 2 && room) await roomParts.members.join(room, bob.userId);
      const answers = await catchUp(server, alice, since);
      expect(joinedOf(answers)).toEqual(rooms.map(({ id }) => id));
      expect(answers).toHaveLength(rooms.length);
      for (const [i, answer] of answers.entries()) {
        const section = answer.rooms?.join?.[rooms[i]?.id ?? ""];
        expect(section?.account_data.events.map(({ type }) => type)).toEqual([`room.${n}`]);
        expect(answer.device_one_time_keys_count).toBeDefined();
        expect(answer.to_device?.events.map(({ content }) => content)).toEqual(i === 0 ? [{ n }] : undefined);
        const global = answer.account_data?.events.map(({ type }) => type).filter((type) => type.startsWith("global"));
        expect(global).toEqual(i === 0 ? [`global.${n}`] : undefined);
        expect(answer.device_lists?.changed.includes(bob.userId)).toBe(n === 2 && i === 0 ? true : undefined);
      }
      since = answers.at(-1)?.next_batch;
    }
    expect((await catchUp(server, alice, since)).map(({ rooms: more, to_device: toDevice }) => [more, toDevice])).toEqual([
      [undefined, undefined],
    ]);
  },
);

it("brings all of the state of every room that was asked for with full_state", async () => {
  await using server = await composed({ syncBound: one });
  const alice = await device(server, "alice");
  const rooms = [await newRoom(server, alice.userId), await newRoom(server, alice.userId), await newRoom(server, alice.userId)];
  const since = (await catchUp(server, alice)).at(-1)?.next_batch;
  expect(joinedOf(await catchUp(server, alice, since))).toEqual([]);
  expect(joinedOf(await catchUp(server, alice, since, true))).toEqual(rooms.map(({ id }) => id));
});

it("gives more messages to a device than go into an answer once each, though rooms are owed", async () => {
  await using server = await composed({ syncBound: one });
  const [alice, bob] = [await device(server, "alice"), await device(server, "bob")];
  for (let i = 0; i < 3; i++) await newRoom(server, alice.userId);
  const most = limits.toDeviceInAnswer.value;
  for (let n = 0; n < most + 5; n++) await server.parts.e2ee.toDevice.send(bob, "org.example", `${n}`, { [alice.userId]: { "*": { n } } });
  const owed = await catchUp(server, alice);
  const answers = [...owed, ...(await catchUp(server, alice, owed.at(-1)?.next_batch))];
  const counts = answers.map(({ to_device: toDevice }) => toDevice?.events.length);
  expect(counts).toEqual([most, undefined, undefined, 5]);
});

it("tells what is owed as it was, also over a restart, and then what has changed since", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "patrix-owed-"));
  const options = { dataDir, syncBound: one };
  let server = await composed(options);
  const [alice, bob] = [await device(server, "alice"), await device(server, "bob")];
  const made: LoadedRoom[] = [];
  for (let i = 0; i < 4; i++) made.push(await newRoom(server, alice.userId));
  const ids = made.map(({ id }) => id);
  for (const room of made.slice(0, 3)) await server.parts.rooms.members.join(room, bob.userId);
  if (made[3]) await server.parts.rooms.members.invite(made[3], { sender: alice.userId, target: bob.userId });
  const first = JSON.parse(await server.parts.sync.sync(bob, {}, never)) as Answer;
  expect(joinedOf([first])).toEqual([ids[0]]);
  await server.stop();
  server = await composed(options);
  const { members, rooms, engine } = server.parts.rooms;
  const room = (i: number) => rooms.load(rooms.get(ids[i] ?? ""));
  await members.leave(await room(1), bob.userId);
  await members.leave(await room(2), bob.userId);
  await members.join(await room(2), bob.userId);
  await members.join(await room(3), bob.userId);
  await engine.send(await room(2), { type: "m.room.message", sender: alice.userId, content: { body: "back" } });
  const owed = await catchUp(server, bob, first.next_batch);
  expect(owed.map(({ rooms: sections = {} }) => Object.entries(sections).map(([kind, byId]) => [kind, ...Object.keys(byId)]))).toEqual([
    [["join", ids[1]]],
    [["join", ids[2]]],
    [["invite", ids[3]]],
  ]);
  const since = await catchUp(server, bob, owed.at(-1)?.next_batch);
  expect(since.map(({ rooms: sections = {} }) => Object.entries(sections).map(([kind, byId]) => [kind, ...Object.keys(byId)]))).toEqual([
    [["leave", ids[1]]],
    [["join", ids[2]]],
    [["join", ids[3]]],
  ]);
  await server[Symbol.asyncDispose]();
  await rm(dataDir, { recursive: true });
});

it("syncChangedUsers: tells so many users whose keys have changed at once, each one time", async () => {
  await using server = await composed({ syncBound: { ...defaultSyncBound, users: 2 } });
  const alice = await device(server, "alice");
  const room = await newRoom(server, alice.userId);
  const others = [];
  for (let i = 0; i < 5; i++) others.push(await device(server, `user${i}`));
  for (const { userId } of others) await server.parts.rooms.members.join(room, userId);
  const since = (await catchUp(server, alice)).at(-1)?.next_batch;
  for (const { userNid } of others) await server.parts.e2ee.deviceLists.note(userNid);
  const answers = await catchUp(server, alice, since);
  expect(answers.map(({ device_lists: lists }) => lists?.changed.length)).toEqual([2, 2, 1]);
  expect(answers.flatMap(({ device_lists: lists }) => lists?.changed ?? [])).toEqual(others.map(({ userId }) => userId));
  const [first, last] = [answers[0]?.next_batch ?? "", answers.at(-1)?.next_batch ?? ""];
  const changes = await server.parts.sync.deviceListsBetween(alice, first, last);
  expect(changes.changed.toSorted()).toEqual(others.map(({ userId }) => userId));
});

it("syncTimelineBytes: cuts the timeline of a room by its size, and says where the rest begins", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const room = await server.createRoom(alice);
  const padding = "x".repeat(60_000);
  const sent: string[] = [];
  for (let i = 0; i < 150; i++) {
    const { body } = await server.requestAs(alice, "PUT", `/rooms/${room}/send/org.example/${i}`, { padding });
    sent.push(String(body["event_id"]));
  }
  const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { limit: 1_000 } } }));
  const { body } = await server.requestAs<Answer>(alice, "GET", `/sync?filter=${filter}`);
  const timeline = body.rooms?.join?.[room]?.timeline;
  const got = timeline?.events.map((event) => event.event_id) ?? [];
  expect(got).toEqual(sent.slice(-got.length));
  expect(timeline?.limited).toBe(true);
  expect(got).toHaveLength(Math.ceil(limits.syncTimelineBytes.value / 60_300));
  const page = await server.requestAs<{ chunk: { event_id: string }[] }>(
    alice,
    "GET",
    `/rooms/${room}/messages?dir=b&from=${timeline?.prev_batch}&limit=1`,
  );
  expect(page.body.chunk[0]?.event_id).toBe(sent[sent.length - got.length - 1]);
});
