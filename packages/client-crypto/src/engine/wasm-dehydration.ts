import { DehydratedDeviceKey, DeviceId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { decodeUnpaddedBase64 } from "@patrix/identifiers";
import { CryptoError } from "../errors.ts";
import type { DehydrationEngine } from "./dehydration-engine.ts";
import { requireObject } from "./outgoing-of-wasm.ts";
import type { UseMachine } from "./use-machine.ts";

/** Makes what the engine over WebAssembly does with dehydrated devices. */
export function createWasmDehydration(use: UseMachine): DehydrationEngine {
  const useKey = <T>(task: (devices: DehydratedDevices, key: DehydratedDeviceKey) => Promise<T>): Promise<T> =>
    use(async (machine) => {
      const devices = machine.dehydratedDevices();
      const key = await devices.getDehydratedDeviceKey();
      if (!key) throw new CryptoError("ENGINE_FAILED", "there is no key of dehydrated devices");
      return task(devices, key);
    });
  return {
    key: () => use(async (machine) => (await machine.dehydratedDevices().getDehydratedDeviceKey())?.toBase64()),
    makeKey: () => use(async () => DehydratedDeviceKey.createRandomKey().toBase64()),
    keepKey: (text) =>
      use(async (machine) => {
        const bytes = new Uint8Array(decodeUnpaddedBase64(text.replace(/=+$/, "")));
        await machine.dehydratedDevices().saveDehydratedDeviceKey(DehydratedDeviceKey.createKeyFromArray(bytes));
      }),
    forgetKey: () => use((machine) => machine.dehydratedDevices().deleteDehydratedDeviceKey()),
    create: (name) =>
      useKey(async (devices, key) => {
        const device = await devices.create();
        return requireObject((await device.keysForUpload(name, key)).body);
      }),
    rehydrate: (deviceId, deviceData) =>
      useKey(async (devices, key) => {
        const device = await devices.rehydrate(key, new DeviceId(deviceId), JSON.stringify(deviceData));
        return { receive: (events) => use(async () => (await device.receiveEvents(JSON.stringify(events))).length) };
      }),
  };
}

type DehydratedDevices = ReturnType<Parameters<Parameters<UseMachine>[0]>[0]["dehydratedDevices"]>;
