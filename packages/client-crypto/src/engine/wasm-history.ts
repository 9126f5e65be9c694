import { CollectStrategy, RoomId as EngineRoomId, UserId as EngineUserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import type { RoomId, UserId } from "@patrix/identifiers";
import { CryptoError } from "../errors.ts";
import type { HistoryEngine } from "./history-engine.ts";
import { toOutgoing } from "./outgoing-of-wasm.ts";
import type { UseMachine } from "./use-machine.ts";

/** Makes what the engine over WebAssembly does with the keys of shared history. */
export function createWasmHistory(use: UseMachine): HistoryEngine {
  return {
    hasAllKeys: (roomId) => use((machine) => machine.hasDownloadedAllRoomKeys(new EngineRoomId(roomId))),
    noteAllKeys: (roomId) => use((machine) => machine.setHasDownloadedAllRoomKeys(new EngineRoomId(roomId))),
    makeBundle: (roomId) =>
      use(async (machine) => {
        const bundle = await machine.buildRoomKeyBundle(new EngineRoomId(roomId));
        const info = bundle?.mediaEncryptionInfo;
        return bundle && info !== undefined ? { bytes: bundle.encryptedData, info } : undefined;
      }),
    shareBundle: (roomId, userId, { url, info }) =>
      use(async (machine) => {
        // Whatever else the client trusts: keys of the past go to no device that somebody else may have added.
        const strategy = CollectStrategy.identityBasedStrategy();
        const messages = await machine.shareRoomKeyBundleData(new EngineUserId(userId), new EngineRoomId(roomId), url, info, strategy);
        return messages.map((message) => toOutgoing(message));
      }),
    await: (roomId, inviter) => use((machine) => machine.storeRoomPendingKeyBundle(new EngineRoomId(roomId), new EngineUserId(inviter))),
    awaited: () =>
      use(async (machine) => {
        const found = await machine.getAllRoomsPendingKeyBundles();
        // The engine speaks of rooms and users whose IDs it was given.
        return found.map(({ roomId, inviterId, inviteAcceptedAtMillis: acceptedTs }) => ({
          roomId: roomId.toString() as RoomId,
          inviter: inviterId.toString() as UserId,
          acceptedTs,
        }));
      }),
    stopAwaiting: (roomId) => use((machine) => machine.clearRoomPendingKeyBundle(new EngineRoomId(roomId))),
    bundleOf: (roomId, inviter) =>
      use(async (machine) => {
        const data = await machine.getReceivedRoomKeyBundleData(new EngineRoomId(roomId), new EngineUserId(inviter));
        return data && { url: data.url };
      }),
    importBundle: (roomId, inviter, bytes) =>
      use(async (machine) => {
        const data = await machine.getReceivedRoomKeyBundleData(new EngineRoomId(roomId), new EngineUserId(inviter));
        if (!data) throw new CryptoError("ENGINE_FAILED", "there is no file of keys for this room any more");
        await machine.receiveRoomKeyBundle(data, bytes);
      }),
  };
}
