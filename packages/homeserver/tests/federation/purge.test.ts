// A room that an administrator removes here while users of another server are in it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Finding } from "../../src/check/finding.ts";
import { checkDatabase } from "../../src/compose/check-database.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { type TestHomeserver, testHomeserver, TestNetwork, type TestUser } from "../../src/testing/index.ts";
import { testingConfig } from "../../src/testing/testing-config.ts";
import { say, timelineOf, until } from "./federated.ts";

let dataDir: string;
let [a, b]: TestHomeserver[] = [];
let [alice, bob]: TestUser[] = [];
let network: TestNetwork;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "patrix-purge-federated-"));
  network = new TestNetwork();
  a = await testHomeserver({ serverName: "a.example", network, dataDir, config: { admins: ["@alice:a.example"] } });
  b = await testHomeserver({ serverName: "b.example", network });
  [alice, bob] = [await a.register("alice"), await b.register("bob")];
});
afterEach(async () => {
  await a?.[Symbol.asyncDispose]();
  await b?.[Symbol.asyncDispose]();
  await (await testDatabase(dataDir)).drop();
  await rm(dataDir, { recursive: true, force: true });
});

const all = (): { a: TestHomeserver; b: TestHomeserver; alice: TestUser; bob: TestUser } => ({
  a: a ?? expect.unreachable(),
  b: b ?? expect.unreachable(),
  alice: alice ?? expect.unreachable(),
  bob: bob ?? expect.unreachable(),
});

async function purge(room: string, body: object = {}): Promise<void> {
  const base = "/_synapse/admin/v2/rooms";
  const { a: server, alice: admin } = all();
  const begun = await server.request("DELETE", `${base}/${encodeURIComponent(room)}`, body, admin.accessToken);
  const status = async (): Promise<unknown> =>
    (await server.request("GET", `${base}/delete_status/${String(begun.body["delete_id"])}`, undefined, admin.accessToken)).body["status"];
  await vi.waitUntil(async () => (await status()) === "complete", { timeout: 20_000 });
}

async function findings(): Promise<Finding[]> {
  const found: Finding[] = [];
  const config = testingConfig({ serverName: "a.example", dataDir, config: (await testDatabase(dataDir)).config });
  await checkDatabase(config, { found: (finding) => found.push(finding) });
  return found;
}

const joinFrom = (room: string, body: object = {}): Promise<{ readonly status: number; readonly body: object }> =>
  all().a.requestAs(all().alice, "POST", `/join/${encodeURIComponent(room)}?server_name=b.example`, body);
const membersSeenByBob = async (room: string): Promise<string[]> => {
  const { b: server, bob: who } = all();
  const { body } = await server.requestAs<{ readonly joined: object }>(who, "GET", `/rooms/${room}/joined_members`);
  return Object.keys(body.joined);
};

it.each(["here", "there"])("that was made %s is left by its users, and joined again through those who are still in it", async (where) => {
  const { a: here, b: there, alice: ours, bob: theirs } = all();
  const room = where === "here" ? await here.createRoom(ours) : await there.createRoom(theirs);
  const [joiner, server, via] = where === "here" ? [theirs, there, "a.example"] : [ours, here, "b.example"];
  expect((await server.requestAs(joiner, "POST", `/join/${encodeURIComponent(room)}?server_name=${via}`, {})).status).toBe(200);
  for (let i = 0; i < 5; i++) await say(here, ours, room, `before${i}`);
  await until(async () => (await timelineOf(there, theirs, room)).includes("before4"));
  await purge(room);
  // They heard of it before it was gone.
  expect(await membersSeenByBob(room)).toEqual([theirs.userId]);
  expect(await findings()).toEqual([]);
  await say(there, theirs, room, "alone");

  expect(await joinFrom(room)).toMatchObject({ status: 200 });
  await say(here, ours, room, "back");
  await until(async () => (await timelineOf(there, theirs, room)).includes("back"));
  await say(there, theirs, room, "welcome");
  await until(async () => (await timelineOf(here, ours, room)).includes("welcome"));
  expect((await timelineOf(here, ours, room)).filter((text) => ["back", "welcome"].includes(text))).toEqual(["back", "welcome"]);
  expect(await findings()).toEqual([]);
});

it("is told to a server that is slow before it is gone", async () => {
  const { a: here, b: there, alice: ours, bob: theirs } = all();
  const room = await there.createRoom(theirs);
  expect((await joinFrom(room)).status).toBe(200);
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  let held = 0;
  network.fault = async ({ to, target }) => {
    if (to !== "b.example" || !target.includes("/send/")) return undefined;
    held++;
    await gate;
    return undefined;
  };
  await say(here, ours, room, "on its way");
  await vi.waitUntil(() => held > 0, { timeout: 20_000 });
  const purged = purge(room);
  const isOut = async (): Promise<boolean> => (await here.requestAs(ours, "GET", `/rooms/${room}/joined_members`)).status === 403;
  await vi.waitUntil(isOut, { timeout: 20_000 });
  open();
  await purged;
  await until(async () => (await membersSeenByBob(room)).length === 1);
  expect(await membersSeenByBob(room)).toEqual([theirs.userId]);
});

it("counts who is in it anew when it is joined again", async () => {
  const { a: here, b: there, alice: ours, bob: theirs } = all();
  const [room, other] = [await there.createRoom(theirs), await there.createRoom(theirs)];
  for (const id of [room, other]) expect((await joinFrom(id)).status).toBe(200);
  await say(here, ours, room, "before");
  await purge(room);
  expect((await joinFrom(room)).status).toBe(200);
  await there.requestAs(theirs, "POST", `/rooms/${room}/leave`, {});
  const members = async (): Promise<object> =>
    (await here.requestAs<{ joined: object }>(ours, "GET", `/rooms/${room}/joined_members`)).body.joined;
  await until(async () => Object.keys(await members()).length === 1);
  await say(here, ours, room, "secret");
  await say(here, ours, other, "marker");
  await until(async () => (await timelineOf(there, theirs, other)).includes("marker"));
  expect(network.requests.filter(({ to, body }) => to === "b.example" && body?.includes("secret") === true)).toEqual([]);
});

it("is joined by nobody while it is blocked, and takes no invites", async () => {
  const { a: here, b: there, alice: ours, bob: theirs } = all();
  const room = await there.createRoom(theirs);
  expect((await joinFrom(room)).status).toBe(200);
  await purge(room, { block: true });
  expect(await joinFrom(room)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
  const invited = await there.requestAs(theirs, "POST", `/rooms/${room}/invite`, { user_id: ours.userId });
  expect(invited.status).not.toBe(200);
  const { body } = await here.requestAs<{ readonly rooms?: { readonly invite?: object } }>(ours, "GET", "/sync");
  expect(body.rooms?.invite ?? {}).toEqual({});
  const path = `/_synapse/admin/v1/rooms/${encodeURIComponent(room)}/block`;
  await here.request("PUT", path, { block: false }, ours.accessToken);
  expect((await joinFrom(room)).status).toBe(200);
  expect(await findings()).toEqual([]);
});
