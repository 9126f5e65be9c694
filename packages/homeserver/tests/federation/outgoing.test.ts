// What is sent to other servers of the rooms that they are in: what they may see, and no more than they take.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { type TestHomeserver, testHomeserver, type TestNetwork, type TestPeer, type TestUser } from "../../src/testing/index.ts";
import { eve, rules, serverAndPeer, until, version } from "./federated.ts";

let network: TestNetwork;
let a: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;
let room: string;
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "patrix-outgoing-"));
  ({ network, a, alice, peer, room } = await serverAndPeer({ dataDir: folder }));
  peer.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
});
afterEach(async () => {
  await a[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const say = (roomId: string, body: string): Promise<unknown> =>
  a.requestAs(alice, "PUT", `/rooms/${roomId}/send/m.room.message/${body}`, { msgtype: "m.text", body });
/** What the peer has been sent, as text. */
const sent = (): string =>
  peer.requests
    .filter(({ target }) => target.includes("/send/"))
    .map(({ body }) => body)
    .join("\n");

it("a server that was away is not sent what only those may see who were there, and all that came while it was in", async () => {
  network.fault = ({ to, target }) => (to === peer.name && target.includes("/send/") ? "lost" : undefined);
  await say(room, "first");
  const visibility = [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } }];
  const hidden = await a.createRoom(alice, { room_version: version, initial_state: visibility });
  await say(hidden, "secret");
  await peer.join(a, hidden, eve, rules, version);
  await say(hidden, "shown");
  await a.requestAs(alice, "POST", `/rooms/${hidden}/kick`, { user_id: eve });
  await say(hidden, "after");
  // What waits in memory ends with the server; the store has what was missed.
  await a.stop();
  network.fault = undefined;
  a = await testHomeserver({ serverName: "a.example", network, dataDir: folder });
  await until(async () => sent().includes('"first"') && sent().includes('"shown"') && sent().includes('"membership":"leave"'));
  await say(room, "last");
  await until(async () => sent().includes('"last"'));
  expect([sent().includes('"secret"'), sent().includes('"after"')]).toEqual([false, false]);
});

it("a server that was away gets what it has missed after a restart, also where a message to a device waits for it", async () => {
  let tries = 0;
  network.fault = ({ to, target }) => (to === peer.name && target.includes("/send/") ? (tries++, "lost") : undefined);
  await say(room, "missed");
  await until(async () => tries > 0);
  const messages = { messages: { [eve]: { DEVICE: { body: "hello" } } } };
  expect((await a.requestAs(alice, "PUT", "/sendToDevice/m.test/1", messages)).status).toBe(200);
  await a.stop();
  network.fault = undefined;
  a = await testHomeserver({ serverName: "a.example", network, dataDir: folder });
  await until(async () => sent().includes('"hello"') && sent().includes('"missed"'));
});

it("a server whose user is put out from outside hears of it, though it may see nothing of the room", async () => {
  const hidden = await a.createRoom(alice, {
    room_version: version,
    initial_state: [{ type: "m.room.history_visibility", state_key: "", content: { history_visibility: "joined" } }],
  });
  await a.requestAs(alice, "POST", `/rooms/${hidden}/ban`, { user_id: eve });
  await until(async () => sent().includes('"membership":"ban"'));
});

it("an invite shows a room with a huge topic without it", async () => {
  const invited: { body: string | undefined }[] = [];
  peer.answers.set("/invite/", (request) => {
    invited.push(request);
    return { status: 403, body: { errcode: "M_FORBIDDEN", error: "no" } };
  });
  const large = await a.createRoom(alice, { room_version: version, name: "Hall" });
  // Each is as large as an event may be.
  const fill = "x".repeat(60_000);
  for (const [type, content] of [
    ["m.room.topic", { topic: fill }],
    ["m.room.avatar", { url: "mxc://a.example/a", fill }],
    ["m.room.canonical_alias", { fill }],
    ["m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2", fill }],
    ["m.room.join_rules", { join_rule: "public", fill }],
  ] as const)
    expect((await a.requestAs(alice, "PUT", `/rooms/${large}/state/${type}/`, content)).status).toBe(200);
  await a.requestAs(alice, "POST", `/rooms/${large}/invite`, { user_id: "@new:peer.example" });
  const { invite_room_state: shown } = JSON.parse(invited[0]?.body ?? "{}") as { invite_room_state: { type: string }[] };
  expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThanOrEqual(limits.strippedBytes.value);
  expect(shown.map(({ type }) => type)).toContain("m.room.create");
  expect(shown.length).toBeGreaterThan(4);
});
