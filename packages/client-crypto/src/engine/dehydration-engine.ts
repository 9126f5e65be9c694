import type { JsonObject } from "@patrix/api";

/** A dehydrated device that was brought to life. */
export interface EngineRehydration {
  /** Takes in messages that were sent to it; tells how many room keys were in them. */
  receive(events: readonly JsonObject[]): Promise<number>;
}

/** What an engine does with dehydrated devices. Their key is in base64. */
export interface DehydrationEngine {
  /** The key that is kept; `undefined` if there is none. */
  key(): Promise<string | undefined>;
  /** A new key, which is not kept. */
  makeKey(): Promise<string>;
  /** Keeps a key. Rejects what is none. */
  keepKey(key: string): Promise<void>;
  forgetKey(): Promise<void>;
  /** A new device, signed by the user's identity, as it is uploaded; encrypted by the key that is kept. */
  create(name: string): Promise<JsonObject>;
  /** Brings a device to life by the key that is kept. Rejects if it was encrypted by another one. */
  rehydrate(deviceId: string, deviceData: JsonObject): Promise<EngineRehydration>;
}
