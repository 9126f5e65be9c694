// matrix-js-sdk keeps its encryption and its sync in files of idb-sqlite: two accounts of one process, each restarted.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testHomeserver, type TestHomeserver, type TestUser } from "@patrix/homeserver/testing";
import { createMounts, installIndexedDB } from "@patrix/idb-sqlite";
import { EventType, MsgType } from "matrix-js-sdk";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bodiesOf as bodies, eventually as wait, openPersistentSession, type PersistentSession } from "./persistent-session.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-outside-idb-"));
const mounts = createMounts();
let server: TestHomeserver;
let uninstall: () => void;

beforeAll(async () => {
  uninstall = installIndexedDB(mounts);
  server = await testHomeserver();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  uninstall();
  rmSync(folder, { recursive: true });
});

const open = (name: string, user: TestUser): Promise<PersistentSession> =>
  openPersistentSession({ mounts, folder, baseUrl: server.url }, name, user);

it("goes on with its keys, its device and its sync after a restart", async () => {
  const users = { alice: await server.register("alice"), bob: await server.register("bob") };
  let roomId = "";
  let identity: string | undefined;
  {
    await using alice = await open("alice", users.alice);
    await using bob = await open("bob", users.bob);
    const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
    ({ room_id: roomId } = await alice.client.createRoom({ invite: [users.bob.userId], initial_state: [encryption] }));
    await wait(() => bob.client.getRoom(roomId)?.getMyMembership() === "invite");
    await bob.client.joinRoom(roomId);
    await wait(() => alice.client.getRoom(roomId)?.getMember(users.bob.userId)?.membership === "join");
    for (const body of ["one", "two"]) await alice.client.sendEvent(roomId, EventType.RoomMessage, { msgtype: MsgType.Text, body });
    await wait(() => bodies(bob, roomId).join() === "one,two");
    await bob.client.sendEvent(roomId, EventType.RoomMessage, { msgtype: MsgType.Text, body: "three" });
    await wait(() => bodies(alice, roomId).includes("three"));
    identity = (await bob.client.getCrypto()?.getOwnDeviceKeys())?.ed25519;
  }
  await using alice = await open("alice", users.alice);
  await using bob = await open("bob", users.bob);
  expect((await bob.client.getCrypto()?.getOwnDeviceKeys())?.ed25519).toBe(identity);
  await wait(() => bodies(bob, roomId).join() === "one,two,three");
  await bob.client.sendEvent(roomId, EventType.RoomMessage, { msgtype: MsgType.Text, body: "four" });
  await wait(() => bodies(alice, roomId).includes("four"));
  expect(bodies(alice, roomId)).toEqual(["one", "two", "three", "four"]);
});
