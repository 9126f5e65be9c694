// A bridge in an encrypted room with matrix-js-sdk, as Element has it: both restarted.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAppservice, createRegistration, formatRegistration, sqliteStore } from "@patrix/appservice";
import { silentLogger } from "@patrix/client";
import { testHomeserver, type TestUser } from "@patrix/homeserver/testing";
import { createMounts, installIndexedDB } from "@patrix/idb-sqlite";
import type { RoomId } from "@patrix/identifiers";
import { EventType, MsgType } from "matrix-js-sdk";
import { EventShieldColour } from "matrix-js-sdk/lib/crypto-api/index.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "./free-port.ts";
import { bodiesOf, eventually, openPersistentSession, type PersistentSession } from "./persistent-session.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-outside-bridge-"));
// The keys of the service and of the session are in one IndexedDB, which each finds by the names of its databases.
const mounts = createMounts();
let uninstall: () => void;
beforeAll(() => void (uninstall = installIndexedDB(mounts)));
afterAll(() => {
  uninstall();
  rmSync(folder, { recursive: true });
});

const text = (body: string): { msgtype: MsgType.Text; body: string } => ({ msgtype: MsgType.Text, body });

/** Whether Element would show a message without a shield. */
async function isTrusted({ client }: PersistentSession, roomId: string, body: string): Promise<boolean> {
  const events = client.getRoom(roomId)?.getLiveTimeline().getEvents() ?? [];
  const event = events.find((each) => each.getContent()["body"] === body);
  const info = event && (await client.getCrypto()?.getEncryptionInfoForEvent(event));
  return info?.shieldColour === EventShieldColour.NONE;
}

it("a person with matrix-js-sdk and the ghosts of a bridge read one another, before and after restarts", async () => {
  const port = await freePort();
  const registration = createRegistration({ id: "chat", url: `http://127.0.0.1:${port}`, ghostPrefix: "_chat_", encryption: true });
  writeFileSync(join(folder, "chat.yaml"), formatRegistration(registration));
  await using server = await testHomeserver({ config: { app_service_files: [join(folder, "chat.yaml")] } });
  const heard: string[] = [];
  const openBridge = async () => {
    const store = sqliteStore<string>(join(folder, "chat.db"));
    const service = await createAppservice({ registration, homeserverUrl: server.url, store, encryption: true, logger: silentLogger });
    service.on("m.room.message", async ({ content, room_id: roomId }, { encryption }) => {
      heard.push(`${content.body}: ${encryption?.state}`);
      await service.intent(service.userId("_chat_echo")).sendText(roomId, `${content.body}!`);
    });
    const http = createServer(service.listener);
    await once(http.listen(port, "127.0.0.1"), "listening");
    service.start();
    await service.bot.enableEncryption();
    const close = async (): Promise<void> => {
      http.closeAllConnections();
      http.close();
      await service[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    };
    return { service, [Symbol.asyncDispose]: close };
  };
  const alice: TestUser = await server.register("alice");
  const open = (): Promise<PersistentSession> => openPersistentSession({ mounts, folder, baseUrl: server.url }, "alice", alice);
  let roomId = "" as RoomId;
  const speak = async (theirs: PersistentSession, body: string): Promise<void> => {
    await theirs.client.sendEvent(roomId, EventType.RoomMessage, text(body));
    await eventually(() => bodiesOf(theirs, roomId).includes(`${body}!`));
  };
  {
    await using bridge = await openBridge();
    await using theirs = await open();
    const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
    roomId = await bridge.service.bot.createRoom({ preset: "private_chat", invite: [alice.userId], initial_state: [encryption] });
    await eventually(() => theirs.client.getRoom(roomId)?.getMyMembership() === "invite");
    await theirs.client.joinRoom(roomId);
    await eventually(() => theirs.client.getRoom(roomId)?.hasEncryptionStateEvent() === true);
    await speak(theirs, "hello");
    await speak(theirs, "how are you");
    await eventually(() => isTrusted(theirs, roomId, "how are you!"));
  }
  await using bridge = await openBridge();
  await using theirs = await open();
  await speak(theirs, "still there");
  await eventually(() => isTrusted(theirs, roomId, "still there!"));
  expect(bodiesOf(theirs, roomId)).toEqual(["hello", "hello!", "how are you", "how are you!", "still there", "still there!"]);
  expect(heard.map((line) => line.split(":")[0])).toEqual(["hello", "how are you", "still there"]);
  expect(bridge.service.queue.size).toBe(0);
});
