// Messages encrypted and decrypted by the bare engine and by what drives it, in turn, each with its keys in a file of SQLite.
import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Endpoint, JsonObject } from "@patrix/api";
import { type CryptoRequests, type DeviceEncryption, openDeviceEncryption, openWasmEngine } from "@patrix/client-crypto";
import { timerClock } from "@patrix/concurrency";
import type { RoomId, UserId } from "@patrix/identifiers";
import { createMounts, installIndexedDB, openIndexedDB } from "@patrix/idb-sqlite";
import { answerJob } from "./child.ts";
import type { MeasuredAccount } from "./measured-session.ts";

/** Two devices, and how many messages each encrypts in how many rounds. */
export interface EncryptionJob {
  readonly bare: MeasuredAccount;
  readonly driven: MeasuredAccount;
  readonly messages: number;
  readonly rounds: number;
}

/** Milliseconds for a message, for each round. */
export interface EncryptionCosts {
  readonly bare: readonly MessageCost[];
  readonly driven: readonly MessageCost[];
}

/** Milliseconds for a message: that pass, and of the processor. */
export interface MessageCost {
  readonly encryptMs: number;
  readonly encryptCpuMs: number;
  readonly decryptMs: number;
  readonly decryptCpuMs: number;
}

/** The part of the engine's own interface that is measured. */
interface BareMachine {
  shareRoomKey(room: object, users: readonly object[], settings: object): Promise<unknown>;
  encryptRoomEvent(room: object, type: string, content: string): Promise<string>;
  decryptRoomEvent(event: string, room: object, settings: object): Promise<{ readonly event: string }>;
}
interface BareEngine {
  initAsync(): Promise<void>;
  readonly OlmMachine: { initFromStore(user: object, device: object, store: object, logger: object): Promise<BareMachine> };
  readonly StoreHandle: { open(name: string, passphrase: undefined, logger: object): Promise<object> };
  readonly UserId: new (id: string) => object;
  readonly DeviceId: new (id: string) => object;
  readonly RoomId: new (id: string) => object;
  readonly EncryptionSettings: new () => object;
  readonly DecryptionSettings: new (trust: number) => object;
  readonly TrustRequirement: { readonly Untrusted: number };
}

/** Encrypts and decrypts. */
interface Side {
  encrypt(body: string): Promise<JsonObject>;
  decrypt(event: JsonObject): Promise<string>;
}

const quiet = { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const roomId = "!measured:localhost" as RoomId;
const type = "m.room.message";

/** The bare engine, on a store in which it finds what the driver has set up: keys that are published, and devices that are known. */
async function openBare(account: MeasuredAccount): Promise<Side> {
  const { userId, deviceId } = account;
  const { side, device } = await openDriven(account, "bare");
  await side.encrypt("");
  await device[Symbol.asyncDispose]();
  // The engine is what the package for encryption depends on, and nobody else.
  const load = createRequire(new URL("../../packages/client-crypto/package.json", import.meta.url));
  const engine = load("@matrix-org/matrix-sdk-crypto-wasm") as BareEngine;
  await engine.initAsync();
  const store = await engine.StoreHandle.open("bare", undefined, quiet);
  const machine = await engine.OlmMachine.initFromStore(new engine.UserId(userId), new engine.DeviceId(deviceId), store, quiet);
  const trust = (): object => new engine.DecryptionSettings(engine.TrustRequirement.Untrusted);
  return {
    async encrypt(body) {
      // Asked before each event, or it fails once a key is used up.
      await machine.shareRoomKey(new engine.RoomId(roomId), [new engine.UserId(userId)], new engine.EncryptionSettings());
      const content = JSON.stringify({ msgtype: "m.text", body });
      return JSON.parse(await machine.encryptRoomEvent(new engine.RoomId(roomId), type, content)) as JsonObject;
    },
    decrypt: async (event) =>
      textOf(JSON.parse((await machine.decryptRoomEvent(JSON.stringify(event), new engine.RoomId(roomId), trust())).event)),
  };
}

async function openDriven(
  { url, userId, deviceId, accessToken }: MeasuredAccount,
  storeName: string,
): Promise<{ side: Side; device: DeviceEncryption }> {
  const requests: CryptoRequests = {
    async send<Req, Res>(endpoint: Endpoint<Req, Res>, request: Req): Promise<Res> {
      const { url: target, ...init } = endpoint.request(request, { baseUrl: url, accessToken });
      const response = await fetch(target, init as RequestInit);
      const body: unknown = await response.json();
      return endpoint.parseResponse({ status: response.status, headers: {}, body });
    },
  };
  const own = userId as UserId;
  const device = await openDeviceEncryption({
    userId: own,
    deviceId,
    requests,
    data: { get: async () => undefined, set: async () => {} },
    clock: timerClock(),
    logger: quiet,
    openEngine: (events) => openWasmEngine({ userId: own, deviceId, storeName, events }),
  });
  const recipients = { userIds: [own], historyVisibility: "shared", settings: { algorithm: "m.megolm.v1.aes-sha2" } } as const;
  return {
    device,
    side: {
      encrypt: (body) => device.encrypt(roomId, { type, content: { msgtype: "m.text", body } }, recipients),
      async decrypt(event) {
        const decrypted = await device.decrypt(roomId, event);
        if (decrypted.outcome !== "decrypted") throw new Error(`not decrypted: ${decrypted.reason}`);
        return String(decrypted.content["body"]);
      },
    },
  };
}

function textOf(event: unknown): string {
  return String((event as { readonly content: JsonObject }).content["body"]);
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Encrypts and decrypts some messages, one by each side in turn. */
async function round(sides: readonly (readonly [side: Side, sender: string])[], messages: number): Promise<MessageCost[]> {
  const spent = sides.map(() => ({ encryptMs: 0, encryptCpuMs: 0, decryptMs: 0, decryptCpuMs: 0 }));
  for (let k = 0; k < messages; k++)
    for (const [at, [side, sender]] of [...sides.entries()].toSorted(([a], [b]) => (k % 2 === 0 ? a - b : b - a))) {
      const [begin, beginCpu] = [performance.now(), cpuMs()];
      const content = await side.encrypt(`message ${k}`);
      const [encrypted, encryptedCpu] = [performance.now(), cpuMs()];
      const event = { type: "m.room.encrypted", sender, event_id: `$${k}`, origin_server_ts: k, room_id: roomId, content };
      const text = await side.decrypt(event);
      const cost = spent[at];
      if (text !== `message ${k}` || !cost) throw new Error(`message ${k} is ${text}`);
      cost.encryptMs += (encrypted - begin) / messages;
      cost.encryptCpuMs += (encryptedCpu - beginCpu) / messages;
      cost.decryptMs += (performance.now() - encrypted) / messages;
      cost.decryptCpuMs += (cpuMs() - encryptedCpu) / messages;
    }
  return spent;
}

async function measure({ bare, driven, messages, rounds }: EncryptionJob): Promise<EncryptionCosts> {
  const folder = mkdtempSync(join(tmpdir(), "patrix-bench-keys-"));
  const mounts = createMounts();
  const uninstall = installIndexedDB(mounts);
  const files = ["bare", "driven"].map((name) => {
    const file = openIndexedDB(join(folder, `${name}.db`));
    mounts.mount(name, file);
    return file;
  });
  const bareSide = await openBare(bare);
  const { side, device } = await openDriven(driven, "driven");
  const costs: { bare: MessageCost[]; driven: MessageCost[] } = { bare: [], driven: [] };
  // The first round warms both up.
  for (let index = 0; index <= rounds; index++) {
    const sides = [[bareSide, bare.userId] as const, [side, driven.userId] as const];
    const [ofBare, ofDriven] = await round(sides, messages);
    if (index === 0 || !ofBare || !ofDriven) continue;
    costs.bare.push(ofBare);
    costs.driven.push(ofDriven);
  }
  await device[Symbol.asyncDispose]();
  for (const file of files) file.close();
  uninstall();
  rmSync(folder, { recursive: true });
  return costs;
}

answerJob(measure);
