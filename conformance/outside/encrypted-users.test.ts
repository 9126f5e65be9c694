// What users of our client and of matrix-js-sdk do with each other: verification in rooms, by emoji and by codes.
import { EventType, MsgType } from "matrix-js-sdk";
import { type Client, createClient, type EventId, type Room, silentLogger, type UserId, type Verification } from "@patrix/client";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import {
  CryptoEvent,
  type CryptoApi,
  type VerificationRequest,
  VerificationPhase,
  VerifierEvent,
} from "matrix-js-sdk/lib/crypto-api/index.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ElementSession, logIn, openSession, waitForEvent, waitUntil } from "./element-session.ts";

let server: TestHomeserver;
beforeAll(async () => {
  server = await testHomeserver();
});
afterAll(() => server[Symbol.asyncDispose]());

const passwordOf = (user: string): object => ({ type: "m.login.password", identifier: { type: "m.id.user", user }, password: "secret" });

/** A user of our client, with an identity. */
async function openOurs(name: string): Promise<Client> {
  await server.register(name);
  const client = await createClient(server.url, { encryption: true, logger: silentLogger });
  await client.login.password(name, "secret");
  await client.start();
  await client.encryption.setup({ uia: () => passwordOf(name) as never });
  return client;
}

interface Theirs extends AsyncDisposable {
  readonly session: ElementSession;
  readonly crypto: CryptoApi;
  readonly userId: UserId;
}

/** A user of matrix-js-sdk, with an identity. */
async function openTheirs(name: string): Promise<Theirs> {
  const { userId, deviceId, accessToken } = await server.register(name);
  const login = { user_id: userId, device_id: deviceId, access_token: accessToken };
  const session = await openSession(server.url, login, { profile: name, scans: true });
  await session.start();
  const crypto = session.client.getCrypto()!;
  await crypto.bootstrapCrossSigning({
    setupNewCrossSigning: true,
    authUploadDeviceSigningKeys: (attempt) => attempt(passwordOf(name) as never),
  });
  return { session, crypto, userId, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
}

/** A room that both are in. */
async function shareRoom(ours: Client, { session, userId }: Theirs, encrypted: boolean): Promise<Room> {
  const room = await ours.rooms.create({ encrypted, invite: [userId] });
  await waitUntil(() => session.client.getRoom(room.id)?.getMyMembership() === "invite");
  await session.client.joinRoom(room.id);
  await room.info.until(() => room.members.get(userId)?.membership === "join");
  await waitUntil(() => session.client.getRoom(room.id)?.getMyMembership() === "join");
  if (encrypted) await waitUntil(() => session.client.getRoom(room.id)?.hasEncryptionStateEvent() === true);
  return room;
}

const incomingAt = ({ session }: Theirs): Promise<VerificationRequest> =>
  new Promise((resolve) => session.client.once(CryptoEvent.VerificationRequestReceived, resolve));
const incomingAtOurs = (client: Client): Promise<Verification> =>
  new Promise((resolve) => {
    const end = client.encryption.onRequest((verification) => {
      end();
      resolve(verification);
    });
  });

/** Sees that each knows the other as verified; matrix-js-sdk follows keys only of those whom it shares an encrypted room with. */
async function expectVerified(ours: Client, { crypto, userId }: Theirs, encrypted = true): Promise<void> {
  await waitUntil(async () => (await ours.encryption.identity(userId))?.verified === true);
  if (encrypted) await waitUntil(async () => (await crypto.getUserVerificationStatus(ours.userId)).isCrossSigningVerified());
}

it("both show the same emoji in a room, whoever asks, and whether or not it is encrypted", async () => {
  for (const [whoAsks, encrypted] of [
    ["ours", true],
    ["theirs", false],
    ["theirs", true],
  ] as const) {
    await using ours = await openOurs(`emoji-${whoAsks}-${encrypted}`);
    await using theirs = await openTheirs(`with-emoji-${whoAsks}-${encrypted}`);
    const room = await shareRoom(ours, theirs, encrypted);
    const seen = { ours: "", theirs: "" };
    const compareTheirs = async (request: VerificationRequest): Promise<void> => {
      const verifier = await waitUntil(() => request.verifier);
      verifier.on(VerifierEvent.ShowSas, (sas) => {
        seen.theirs = (sas.sas.emoji ?? []).map(([symbol]) => symbol).join(" ");
        void sas.confirm();
      });
      await verifier.verify();
    };
    const compareOurs = async (verification: Verification): Promise<void> => {
      for await (const step of verification)
        if (step.step === "emoji") {
          seen.ours = step.emoji.map(({ symbol }) => symbol).join(" ");
          await verification.confirm();
        }
      expect(verification.value).toEqual({ step: "done" });
    };
    if (whoAsks === "ours") {
      const asked = incomingAt(theirs);
      const verification = await ours.encryption.verifyUser(theirs.userId, { room: room.id });
      const request = await asked;
      await request.accept();
      await Promise.all([compareOurs(verification), compareTheirs(request)]);
    } else {
      const asked = incomingAtOurs(ours);
      // matrix-js-sdk asks only whom it knows.
      await waitUntil(() => theirs.crypto.userHasCrossSigningKeys(ours.userId, true));
      const request = await theirs.crypto.requestVerificationDM(ours.userId, room.id);
      const verification = await asked;
      expect(verification.room).toBe(room.id);
      await verification.accept();
      await waitUntil(() => request.phase === VerificationPhase.Ready);
      await request.startVerification("m.sas.v1");
      await Promise.all([compareOurs(verification), compareTheirs(request)]);
    }
    expect(seen.ours).not.toBe("");
    expect(seen.ours).toBe(seen.theirs);
    await expectVerified(ours, theirs, encrypted);
  }
});

it("each scans the code that the other one shows", async () => {
  for (const whoShows of ["ours", "theirs"]) {
    await using ours = await openOurs(`code-${whoShows}`);
    await using theirs = await openTheirs(`with-code-${whoShows}`);
    const room = await shareRoom(ours, theirs, true);
    const asked = incomingAt(theirs);
    const verification = await ours.encryption.verifyUser(theirs.userId, {
      room: room.id,
      methods: ["m.sas.v1", "m.qr_code.show.v1", "m.qr_code.scan.v1"],
    });
    const request = await asked;
    await request.accept();
    await verification.until(({ step }) => step === "ready");
    if (whoShows === "ours") {
      const verifier = await request.scanQRCode(new Uint8ClampedArray(await verification.showCode()));
      const verified = verifier.verify();
      await verification.until(({ step }) => step === "scanned");
      await verification.confirm();
      await verified;
    } else {
      const code = await waitUntil(() => request.generateQRCode());
      await verification.scanCode(new Uint8Array(code));
      const verifier = await waitUntil(() => request.verifier);
      const verified = verifier.verify();
      (await waitUntil(() => verifier.getReciprocateQrCodeCallbacks())).confirm();
      await verified;
    }
    await verification.until(({ step }) => step === "done");
    await expectVerified(ours, theirs);
  }
});

it("who is invited by the other reads what was written before", async () => {
  await using ours = await openOurs("history");
  await using theirs = await openTheirs("with-history");
  const room = await ours.rooms.create({ encrypted: true });
  const id = await room.send.text("from ours");
  await room.members.invite(theirs.userId);
  await waitUntil(() => theirs.session.client.getRoom(room.id)?.getMyMembership() === "invite");
  await theirs.session.client.joinRoom(room.id);
  await waitUntil(() => theirs.session.client.getRoom(room.id)?.findEventById(id)?.getContent()["body"] === "from ours");

  const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
  const { room_id: roomId } = await theirs.session.client.createRoom({ initial_state: [encryption] });
  await waitUntil(() => theirs.session.client.getRoom(roomId)?.hasEncryptionStateEvent() === true);
  const content = { msgtype: MsgType.Text, body: "from theirs" } as const;
  const { event_id: other } = await theirs.session.client.sendEvent(roomId, EventType.RoomMessage, content);
  // What Element calls is not among the types yet.
  const sharing = theirs.crypto as CryptoApi & { shareRoomHistoryWithUser(room: string, user: string): Promise<void> };
  await sharing.shareRoomHistoryWithUser(roomId, ours.userId);
  await theirs.session.client.invite(roomId, ours.userId);
  await ours.rooms.invites.until((rooms) => rooms.some((invited) => invited.id === roomId));
  const joined = ours.rooms.get(roomId as Room["id"]);
  await joined?.join();
  await waitUntil(async () => (await joined?.event(other as EventId))?.type === "m.room.message");
  expect((await joined?.event(other as EventId))?.content).toMatchObject({ body: "from theirs" });
});

it("the device that theirs has dehydrated is brought to life by ours", async () => {
  await using friend = await openOurs("friend");
  const room = await friend.rooms.create({ encrypted: true });
  let recoveryKey: string | undefined;
  {
    await using theirs = await openTheirs("dried");
    const key = await theirs.crypto.createRecoveryKeyFromPassphrase();
    recoveryKey = key.encodedPrivateKey;
    await theirs.crypto.bootstrapSecretStorage({ createSecretStorageKey: async () => key, setupNewSecretStorage: true });
    await theirs.crypto.startDehydration();
    await room.members.invite(theirs.userId);
    await waitUntil(() => theirs.session.client.getRoom(room.id)?.getMyMembership() === "invite");
    await theirs.session.client.joinRoom(room.id);
    await room.info.until(() => room.members.get(theirs.userId)?.membership === "join");
    await theirs.session.client.logout(true);
  }
  const id = await room.send.text("while nobody is there");
  await using ours = await createClient(server.url, { encryption: { dehydratedDevice: true }, logger: silentLogger });
  await ours.login.password("dried", "secret");
  await ours.start();
  await ours.encryption.recover(recoveryKey ?? "");
  expect((await ours.rooms.get(room.id)?.event(id))?.content).toMatchObject({ body: "while nobody is there" });
});

it("a dehydrated device of matrix-js-sdk has the key of what was said while its user was logged in nowhere", async () => {
  await using ours = await openOurs("ward");
  const theirs = await openTheirs("xenia");
  const key = await theirs.crypto.createRecoveryKeyFromPassphrase();
  await theirs.crypto.bootstrapSecretStorage({ createSecretStorageKey: async () => key, setupNewSecretStorage: true });
  await theirs.crypto.startDehydration();
  const room = await shareRoom(ours, theirs, true);
  await theirs.session.client.logout(true);
  await theirs[Symbol.asyncDispose]();
  await room.send.text("while you were away");

  await using session = await openSession(server.url, await logIn(server.url, "xenia", "secret"), { profile: "xenia-again" });
  const keyId = (await session.client.secretStorage.getDefaultKeyId()) ?? expect.unreachable("there is no secret storage");
  session.secretStorageKeys.set(keyId, key.privateKey);
  const read = waitForEvent(session, (event) => event.getContent()["body"] === "while you were away");
  await session.start();
  const crypto = session.client.getCrypto()!;
  await crypto.userHasCrossSigningKeys(session.userId, true);
  await crypto.bootstrapCrossSigning({});
  const failures: string[] = [];
  let roomKeys = 0;
  session.client.on(CryptoEvent.RehydrationProgress, (count) => (roomKeys = count));
  session.client.on(CryptoEvent.RehydrationError, (message) => failures.push(message));
  await crypto.startDehydration();
  expect([failures, roomKeys]).toEqual([[], 1]);
  await read;
});
