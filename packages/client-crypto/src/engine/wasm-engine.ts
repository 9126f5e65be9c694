import type { JsonObject } from "@patrix/api";
import { isUserId, type RoomId, type UserId } from "@patrix/identifiers";
import {
  CollectStrategy,
  DecryptionSettings,
  DeviceId,
  DeviceLists,
  EncryptionAlgorithm,
  EncryptionSettings,
  HistoryVisibility,
  initAsync,
  MegolmDecryptionError,
  OlmMachine,
  ProcessedToDeviceEventType,
  RoomId as EngineRoomId,
  RoomSettings,
  StoreHandle,
  TrustRequirement,
  UserId as EngineUserId,
} from "@matrix-org/matrix-sdk-crypto-wasm";
import { CryptoError } from "../errors.ts";
import type {
  CryptoEngine,
  Decryption,
  DeviceIdentityKeys,
  EngineEvents,
  KeyRecipients,
  ReceivedToDevice,
  RoomEncryptionSettings,
  SyncKeys,
} from "./crypto-engine.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";
import type { AccountEngine } from "./account-engine.ts";
import { parseObject, requestTypes, requireObject, toOutgoing } from "./outgoing-of-wasm.ts";
import type { VerificationEngine } from "./verification-engine.ts";
import { createWasmAccount } from "./wasm-account.ts";
import type { DehydrationEngine } from "./dehydration-engine.ts";
import { createWasmDehydration } from "./wasm-dehydration.ts";
import type { HistoryEngine } from "./history-engine.ts";
import { createWasmHistory } from "./wasm-history.ts";
import { createWasmVerification } from "./wasm-verification.ts";
import { describeDecryption, describeFailure } from "./describe-decryption.ts";

/** What an engine is opened with. */
export interface WasmEngineOptions {
  readonly userId: UserId;
  readonly deviceId: string;
  /** The IndexedDB databases that keep the keys begin with this; without it they are kept in memory. */
  readonly storeName?: string | undefined;
  /** Encrypts what is kept. */
  readonly passphrase?: string | undefined;
  /** Whose devices get keys, and from whose devices events are taken. Default: `everyone`. */
  readonly trust?: "everyone" | "cross-signed" | undefined;
  /** Where a browser gets the WebAssembly from. Default: beside the module, where bundlers put it that understand `new URL(…, import.meta.url)`. */
  readonly wasmUrl?: URL | string | undefined;
  readonly events: EngineEvents;
}

const megolm = "m.megolm.v1.aes-sha2";

const visibilities: Readonly<Record<KeyRecipients["historyVisibility"], HistoryVisibility>> = {
  invited: HistoryVisibility.Invited,
  joined: HistoryVisibility.Joined,
  shared: HistoryVisibility.Shared,
  world_readable: HistoryVisibility.WorldReadable,
};

/**
 * Opens the engine of matrix-sdk-crypto over WebAssembly.
 *
 * @throws {CryptoError} `CANNOT_OPEN`, above all for a wrong passphrase, and in browsers when the WebAssembly does not come.
 */
export async function openWasmEngine(options: WasmEngineOptions): Promise<CryptoEngine> {
  try {
    await initAsync(options.wasmUrl);
  } catch (error) {
    throw new CryptoError("CANNOT_OPEN", `the engine of encryption cannot be loaded: ${messageOf(error)}`, error);
  }
  try {
    const handle = await StoreHandle.open(options.storeName, options.passphrase, quietLogger);
    const [userId, deviceId] = [new EngineUserId(options.userId), new DeviceId(options.deviceId)];
    return new WasmEngine(await OlmMachine.initFromStore(userId, deviceId, handle, quietLogger), options);
  } catch (error) {
    throw new CryptoError("CANNOT_OPEN", `the keys of ${options.userId} cannot be opened: ${messageOf(error)}`, error);
  }
}

/** The engine has much to say, which is of no use to whoever does not develop it. */
const quietLogger = { trace: () => {}, debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Objects of WebAssembly are made for each call and never handed out: the engine consumes some of them. */
class WasmEngine implements CryptoEngine {
  readonly identityKeys: DeviceIdentityKeys;
  readonly account: AccountEngine;
  readonly dehydration: DehydrationEngine;
  readonly history: HistoryEngine;
  readonly verification: VerificationEngine;
  deviceChanges = 0;
  readonly #machine: OlmMachine;
  readonly #isStrict: boolean;
  readonly #running = new Set<Promise<unknown>>();
  #isClosed = false;

  constructor(machine: OlmMachine, { userId, trust, events }: WasmEngineOptions) {
    this.#machine = machine;
    this.account = createWasmAccount((task) => this.#use(task), userId);
    this.dehydration = createWasmDehydration((task) => this.#use(task));
    this.history = createWasmHistory((task) => this.#use(task));
    this.verification = createWasmVerification((task) => this.#use(task), userId);
    this.#isStrict = trust === "cross-signed";
    const { curve25519, ed25519 } = machine.identityKeys;
    this.identityKeys = { curve25519: curve25519.toBase64(), ed25519: ed25519.toBase64() };
    machine.roomKeyRequestsEnabled = false;
    const tell = (to: EngineEvents["onRoomKeys"]) => async (infos: { roomId: EngineRoomId; sessionId: string }[]) => {
      // The engine speaks of rooms whose IDs it was given.
      if (!this.#isClosed) to(infos.map(({ roomId, sessionId }) => ({ roomId: roomId.toString() as RoomId, sessionId })));
    };
    machine.registerRoomKeyUpdatedCallback(tell(events.onRoomKeys));
    machine.registerRoomKeysWithheldCallback(tell(events.onWithheld));
    const isOwn = (id: string): boolean => id === userId && !this.#isClosed;
    machine.registerUserIdentityUpdatedCallback(async (id) => {
      if (isOwn(id.toString())) events.onIdentity();
    });
    machine.registerDevicesUpdatedCallback(async (ids) => {
      if (ids.some(isOwn)) events.onIdentity();
    });
    machine.registerReceiveSecretCallback(async (name, value) => {
      if (!this.#isClosed) events.onSecret(name, value);
    });
  }

  receiveSync({ toDevice, changed, left, oneTimeKeyCounts, unusedFallbackKeys }: SyncKeys): Promise<readonly ReceivedToDevice[]> {
    return this.#changing(async (machine) => {
      // Servers may name what is no user, which the engine does not take.
      const usersOf = (ids: readonly UserId[]): EngineUserId[] => toUserIds(ids.filter((id) => isUserId(id)));
      const lists = new DeviceLists(usersOf(changed), usersOf(left));
      const counts = new Map(Object.entries(oneTimeKeyCounts));
      const unused = unusedFallbackKeys && new Set(unusedFallbackKeys);
      const processed = await machine.receiveSyncChanges(JSON.stringify(toDevice), lists, counts, unused, this.#decryptionSettings());
      return processed.flatMap(({ type, rawEvent }) => {
        const event = parseObject(rawEvent);
        if (!event || type === ProcessedToDeviceEventType.Invalid) return [];
        return [{ event, encryption: encryptionOf(type) }];
      });
    });
  }

  outgoingRequests(): Promise<readonly OutgoingRequest[]> {
    return this.#use(async (machine) => (await machine.outgoingRequests()).map((request) => toOutgoing(request)));
  }

  markAsSent({ id, kind }: OutgoingRequest, response: unknown): Promise<void> {
    const mark = async (machine: OlmMachine): Promise<void> => {
      if (id !== undefined) await machine.markRequestAsSent(id, requestTypes[kind], JSON.stringify(response));
    };
    return kind === "keys-query" || kind === "keys-claim" ? this.#changing(mark) : this.#use(mark);
  }

  trackUsers(userIds: readonly UserId[]): Promise<void> {
    return this.#use((machine) => machine.updateTrackedUsers(toUserIds(userIds)));
  }

  refreshDevices(): Promise<void> {
    return this.#changing((machine) => machine.markAllTrackedUsersAsDirty());
  }

  queryUsers(userIds: readonly UserId[]): Promise<OutgoingRequest> {
    return this.#use(async (machine) => toOutgoing(machine.queryKeysForUsers(toUserIds(userIds))));
  }

  missingSessions(userIds: readonly UserId[]): Promise<OutgoingRequest | undefined> {
    return this.#use(async (machine) => {
      const request = await machine.getMissingSessions(toUserIds(userIds));
      return request ? toOutgoing(request) : undefined;
    });
  }

  shareRoomKey(roomId: RoomId, recipients: KeyRecipients): Promise<readonly OutgoingRequest[]> {
    return this.#use(async (machine) => {
      const { userIds, settings, historyVisibility } = recipients;
      requireMegolm(settings);
      const wanted = new EncryptionSettings();
      wanted.algorithm = EncryptionAlgorithm.MegolmV1AesSha2;
      wanted.historyVisibility = visibilities[historyVisibility];
      wanted.sharingStrategy = this.#isStrict ? CollectStrategy.identityBasedStrategy() : CollectStrategy.allDevices();
      // The engine counts in microseconds.
      if (settings.rotationPeriodMs !== undefined) wanted.rotationPeriod = BigInt(settings.rotationPeriodMs) * 1000n;
      if (settings.rotationPeriodMessages !== undefined) wanted.rotationPeriodMessages = BigInt(settings.rotationPeriodMessages);
      const requests = await machine.shareRoomKey(new EngineRoomId(roomId), toUserIds(userIds), wanted);
      return requests.map((request) => toOutgoing(request));
    });
  }

  encrypt(roomId: RoomId, type: string, content: JsonObject): Promise<JsonObject> {
    return this.#use(async (machine) => {
      const text = await machine.encryptRoomEvent(new EngineRoomId(roomId), type, JSON.stringify(content));
      return requireObject(text);
    });
  }

  decrypt(roomId: RoomId, event: JsonObject): Promise<Decryption> {
    return this.#use(async (machine) => {
      try {
        const decrypted = await machine.decryptRoomEvent(JSON.stringify(event), new EngineRoomId(roomId), this.#decryptionSettings());
        return describeDecryption(requireObject(decrypted.event), decrypted.shieldState(this.#isStrict));
      } catch (error) {
        if (error instanceof MegolmDecryptionError) return describeFailure(error);
        throw error;
      }
    });
  }

  roomSettings(roomId: RoomId): Promise<RoomEncryptionSettings | undefined> {
    return this.#use(async (machine) => {
      const settings = await machine.getRoomSettings(new EngineRoomId(roomId));
      if (!settings) return undefined;
      return {
        algorithm: settings.algorithm === EncryptionAlgorithm.MegolmV1AesSha2 ? megolm : "",
        rotationPeriodMs: settings.sessionRotationPeriodMs,
        rotationPeriodMessages: settings.sessionRotationPeriodMessages,
      };
    });
  }

  rememberRoom(roomId: RoomId, settings: RoomEncryptionSettings): Promise<void> {
    return this.#use(async (machine) => {
      requireMegolm(settings);
      const kept = new RoomSettings();
      kept.algorithm = EncryptionAlgorithm.MegolmV1AesSha2;
      kept.sessionRotationPeriodMs = settings.rotationPeriodMs;
      kept.sessionRotationPeriodMessages = settings.rotationPeriodMessages;
      await machine.setRoomSettings(new EngineRoomId(roomId), kept);
    });
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // A machine that is closed under a call would take the whole module down.
    await Promise.allSettled(this.#running);
    this.#machine.close();
  }

  #decryptionSettings(): DecryptionSettings {
    return new DecryptionSettings(this.#isStrict ? TrustRequirement.CrossSignedOrLegacy : TrustRequirement.Untrusted);
  }

  /** Uses the machine for what may change devices: who has asked for them before it ended does not know of it. */
  async #changing<T>(task: (machine: OlmMachine) => Promise<T>): Promise<T> {
    try {
      return await this.#use(task);
    } finally {
      this.deviceChanges += 1;
    }
  }

  /** Uses the machine; its errors, which are bare, are given a code. */
  async #use<T>(task: (machine: OlmMachine) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new CryptoError("CLOSED", "encryption is closed");
    const running = (async () => task(this.#machine))();
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      if (error instanceof CryptoError) throw error;
      throw new CryptoError("ENGINE_FAILED", messageOf(error), error);
    } finally {
      this.#running.delete(running);
    }
  }
}

/** @throws {CryptoError} `UNSUPPORTED_ALGORITHM`. */
function requireMegolm({ algorithm }: RoomEncryptionSettings): void {
  if (algorithm !== megolm)
    throw new CryptoError(
      "UNSUPPORTED_ALGORITHM",
      `the room is encrypted with ${JSON.stringify(algorithm)}, and only ${megolm} is supported`,
    );
}

function toUserIds(userIds: readonly UserId[]): EngineUserId[] {
  return userIds.map((id) => new EngineUserId(id));
}

function encryptionOf(type: ProcessedToDeviceEventType): ReceivedToDevice["encryption"] {
  if (type === ProcessedToDeviceEventType.Decrypted) return "ok";
  return type === ProcessedToDeviceEventType.PlainText ? "none" : "failed";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
