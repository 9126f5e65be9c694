// Our client and matrix-js-sdk in one encrypted room, with both restarted.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, type Room, silentLogger, type Verification } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { testHomeserver, type TestHomeserver, type TestUser } from "@patrix/homeserver/testing";
import { createMounts, installIndexedDB } from "@patrix/idb-sqlite";
import { EventType, MsgType, RelationType } from "matrix-js-sdk";
import {
  CryptoEvent,
  type CryptoApi,
  type VerificationRequest,
  VerificationPhase,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import { decodeRecoveryKey } from "matrix-js-sdk/lib/crypto-api/recovery-key.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bodiesOf, eventually, openPersistentSession, type PersistentSession } from "./persistent-session.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-outside-encrypted-"));
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

interface Ours extends AsyncDisposable {
  readonly client: Client;
  readonly heard: string[];
}

async function openOurs(): Promise<Ours> {
  const store = sqliteStore(join(folder, "ours.db"), { passphrase: "sesame" });
  const client = await createClient(server.url, { store, encryption: true, logger: silentLogger });
  if (!client.session.value) await client.login.password("ours", "secret");
  const heard: string[] = [];
  client.on("m.room.message", (event) => void (event.isOwn || heard.push(`${event.isEdit ? "edit " : ""}${event.text}`)));
  await client.start();
  return { client, heard, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

const text = (body: string): { msgtype: MsgType.Text; body: string } => ({ msgtype: MsgType.Text, body });

it("both read what the other writes, before and after restarts", async () => {
  await server.register("ours");
  const user: TestUser = await server.register("theirs");
  const open = (): Promise<PersistentSession> => openPersistentSession({ mounts, folder, baseUrl: server.url }, "theirs", user);
  let roomId: Room["id"];
  {
    await using ours = await openOurs();
    await using theirs = await open();
    const room = await ours.client.rooms.create({ encrypted: true, invite: [user.userId] });
    roomId = room.id;
    await eventually(() => theirs.client.getRoom(roomId)?.getMyMembership() === "invite");
    await theirs.client.joinRoom(roomId);
    await room.info.until(() => room.members.get(user.userId)?.membership === "join");
    const id = await room.send.text("from ours");
    await eventually(() => bodiesOf(theirs, roomId).includes("from ours"));
    const { event_id: other } = await theirs.client.sendEvent(roomId, EventType.RoomMessage, text("from theirs"));
    await eventually(() => ours.heard.includes("from theirs"));
    // Relations are seen through the encryption, both ways.
    const replaced = { "m.relates_to": { rel_type: RelationType.Replace, event_id: other }, "m.new_content": text("mended") };
    await theirs.client.sendEvent(roomId, EventType.RoomMessage, { ...text("* mended"), ...replaced } as never);
    await eventually(() => ours.heard.includes("edit mended"));
    await (await room.event(id)).edit.text("ours, mended");
    await eventually(() => theirs.client.getRoom(roomId)?.findEventById(id)?.getContent()["body"] === "ours, mended");
  }
  await using ours = await openOurs();
  await using theirs = await open();
  const room = ours.client.rooms.get(roomId);
  await room?.send.text("from ours again");
  await eventually(() => bodiesOf(theirs, roomId).includes("from ours again"));
  await theirs.client.sendEvent(roomId, EventType.RoomMessage, text("from theirs again"));
  await eventually(() => ours.heard.includes("from theirs again"));
  expect(bodiesOf(theirs, roomId)).toEqual(expect.arrayContaining(["ours, mended", "mended"]));
});

it("a hundred messages each way, with keys that change every ten, all arrive", async () => {
  await using ours = await openOurs();
  const user: TestUser = await server.register("many");
  await using theirs = await openPersistentSession({ mounts, folder, baseUrl: server.url }, "many", user);
  const room = await ours.client.rooms.create({ invite: [user.userId] });
  await room.state.set("m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 10 });
  await eventually(() => theirs.client.getRoom(room.id)?.getMyMembership() === "invite");
  await theirs.client.joinRoom(room.id);
  await room.info.until(() => room.encrypted && room.members.get(user.userId)?.membership === "join");
  await eventually(() => theirs.client.getRoom(room.id)?.hasEncryptionStateEvent() === true);
  const sendings = Array.from({ length: 100 }, (_, at) => room.send.text(`ours ${at}`));
  for (let at = 0; at < 100; at += 1) await theirs.client.sendEvent(room.id, EventType.RoomMessage, text(`theirs ${at}`));
  await Promise.all(sendings);
  await eventually(() => ours.heard.filter((body) => body.startsWith("theirs ")).length === 100);
  await eventually(() => bodiesOf(theirs, room.id).filter((body) => body.startsWith("ours ")).length === 100);
  expect(ours.heard.filter((body) => body.startsWith("theirs "))).toEqual(Array.from({ length: 100 }, (_, at) => `theirs ${at}`));
});

/** What a person types into matrix-js-sdk. */
const typed = new Map<string, Uint8Array<ArrayBuffer>>();
const cryptoCallbacks = {
  getSecretStorageKey: async ({ keys }: { keys: Record<string, unknown> }): Promise<[string, Uint8Array<ArrayBuffer>] | null> => {
    const id = Object.keys(keys)[0];
    const key = typed.get("key");
    return id === undefined || !key ? null : [id, key];
  },
  cacheSecretStorageKey: (_id: string, _info: unknown, key: Uint8Array<ArrayBuffer>): void => void typed.set("key", key),
};
const cryptoOf = ({ client }: PersistentSession): CryptoApi => client.getCrypto()!;

it("what ours has set up, theirs recovers: secret storage, identity and backup", async () => {
  await server.register("shared");
  await using ours = await createClient(server.url, { encryption: true, logger: silentLogger });
  await ours.login.password("shared", "secret");
  await ours.start();
  const uia = (): object => ({ identifier: { type: "m.id.user", user: "shared" }, password: "secret" });
  const { recoveryKey } = await ours.encryption.setup({ uia: uia as never });
  const room = await ours.rooms.create({ encrypted: true });
  const id = await room.send.text("from before");
  typed.set("key", decodeRecoveryKey(recoveryKey) as Uint8Array<ArrayBuffer>);
  const login = await server.request<TestUser & { access_token: string; device_id: string; user_id: string }>(
    "POST",
    "/_matrix/client/v3/login",
    {
      type: "m.login.password",
      identifier: { type: "m.id.user", user: "shared" },
      password: "secret",
    },
  );
  const { access_token: accessToken, device_id: deviceId } = login.body;
  const user = { userId: ours.userId, accessToken, deviceId } as TestUser;
  await using theirs = await openPersistentSession({ mounts, folder, baseUrl: server.url, cryptoCallbacks }, "shared", user);
  const crypto = cryptoOf(theirs);
  expect(await crypto.isSecretStorageReady()).toBe(true);
  // It compares with what it has asked the server for.
  expect(await crypto.userHasCrossSigningKeys(ours.userId, true)).toBe(true);
  await crypto.bootstrapCrossSigning({});
  await eventually(async () => (await crypto.getDeviceVerificationStatus(ours.userId, deviceId))?.crossSigningVerified === true);
  await crypto.loadSessionBackupPrivateKeyFromSecretStorage();
  await eventually(() => crypto.getActiveSessionBackupVersion().then((version) => version !== null));
  await crypto.restoreKeyBackup();
  await eventually(() => theirs.client.getRoom(room.id)?.findEventById(id)?.getContent()["body"] === "from before");
});

it("what theirs has set up, ours recovers", async () => {
  const user = await server.register("shared2");
  typed.clear();
  await using theirs = await openPersistentSession({ mounts, folder, baseUrl: server.url, cryptoCallbacks }, "shared2", user);
  const crypto = cryptoOf(theirs);
  await crypto.bootstrapCrossSigning({
    setupNewCrossSigning: true,
    authUploadDeviceSigningKeys: async (attempt) => {
      await attempt({ type: "m.login.password", identifier: { type: "m.id.user", user: "shared2" }, password: "secret" } as never);
    },
  });
  const key = await crypto.createRecoveryKeyFromPassphrase("correct horse");
  await crypto.bootstrapSecretStorage({ createSecretStorageKey: async () => key, setupNewKeyBackup: true });
  const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
  const { room_id: roomId } = await theirs.client.createRoom({ initial_state: [encryption] });
  await eventually(() => theirs.client.getRoom(roomId)?.hasEncryptionStateEvent() === true);
  const { event_id: id } = await theirs.client.sendEvent(roomId, EventType.RoomMessage, text("from before"));
  await eventually(async () => (await server.requestAs<{ count: number }>(user, "GET", "/room_keys/version")).body.count > 0);
  for (const secret of [key.encodedPrivateKey ?? "", "correct horse"]) {
    await using ours = await createClient(server.url, { encryption: true, logger: silentLogger });
    await ours.login.password("shared2", "secret");
    await ours.start();
    await ours.encryption.recover(secret);
    expect(ours.encryption.status.value).toEqual({ thisDevice: "verified", crossSigning: "ready", backup: "on" });
    const event = await ours.rooms.get(roomId as Room["id"])?.event(id as never);
    expect(event?.content).toMatchObject({ body: "from before" });
  }
});

/** What a person does in matrix-js-sdk, who compares with the other side. */
async function compareTheirs(request: VerificationRequest, seen: string[]): Promise<void> {
  const verifier = await eventually(() => request.verifier);
  verifier.on(VerifierEvent.ShowSas, (sas) => {
    seen.push((sas.sas.emoji ?? []).map(([symbol]) => symbol).join(" "));
    void sas.confirm();
  });
  await verifier.verify();
}

/** The same in ours. */
async function compareOurs(verification: Verification, seen: string[]): Promise<void> {
  for await (const step of verification)
    if (step.step === "emoji") {
      seen.push(step.emoji.map(({ symbol }) => symbol).join(" "));
      await verification.confirm();
    }
  expect(verification.value.step).toBe("done");
}

it("both show the same emoji, whoever asks, and the device that is new is verified", async () => {
  const user = await server.register("compared");
  typed.clear();
  await using theirs = await openPersistentSession({ mounts, folder, baseUrl: server.url, cryptoCallbacks }, "compared", user);
  const crypto = cryptoOf(theirs);
  await crypto.bootstrapCrossSigning({
    setupNewCrossSigning: true,
    authUploadDeviceSigningKeys: async (attempt) => {
      await attempt({ type: "m.login.password", identifier: { type: "m.id.user", user: "compared" }, password: "secret" } as never);
    },
  });
  const incoming: VerificationRequest[] = [];
  theirs.client.on(CryptoEvent.VerificationRequestReceived, (request) => void incoming.push(request));
  for (const whoAsks of ["ours", "theirs"]) {
    await using ours = await createClient(server.url, { encryption: true, logger: silentLogger });
    await ours.login.password("compared", "secret");
    await ours.start();
    const deviceId = ours.session.value?.deviceId ?? "";
    // matrix-js-sdk hears of no request of a device that it does not know yet.
    await eventually(async () => (await crypto.getUserDeviceInfo([user.userId], true)).get(user.userId)?.has(deviceId) === true);
    const seen = { ours: [] as string[], theirs: [] as string[] };
    if (whoAsks === "ours") {
      const verification = await ours.encryption.verifyThisDevice();
      const request = await eventually(() => incoming.find(({ phase }) => phase === VerificationPhase.Requested));
      await request.accept();
      await Promise.all([compareOurs(verification, seen.ours), compareTheirs(request, seen.theirs)]);
    } else {
      const asked = new Promise<Verification>((resolve) => ours.encryption.onRequest(resolve));
      const request = await crypto.requestDeviceVerification(user.userId, deviceId);
      const verification = await asked;
      await verification.accept();
      await eventually(() => request.phase === VerificationPhase.Ready);
      await request.startVerification("m.sas.v1");
      await Promise.all([compareOurs(verification, seen.ours), compareTheirs(request, seen.theirs)]);
    }
    expect(seen.ours).toHaveLength(1);
    expect(seen.ours).toEqual(seen.theirs);
    await eventually(() => ours.encryption.status.value.thisDevice === "verified");
    await eventually(async () => (await crypto.getDeviceVerificationStatus(user.userId, deviceId))?.crossSigningVerified === true);
  }
});
