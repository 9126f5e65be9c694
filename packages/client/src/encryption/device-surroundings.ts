import { isJsonObject } from "@patrix/api";
import type { CryptoFiles, DehydrationMemory } from "@patrix/client-crypto";
import { actions } from "../load-actions.ts";
import { createMedia } from "../media/create-media.ts";
import type { MediaSender } from "../media/media.ts";
import type { Store } from "../stores/store.ts";

/** When a device has made its last dehydrated device. */
export function memoryOf(store: Store, deviceId: string): DehydrationMemory {
  const key = "dehydrated-device";
  return {
    async read() {
      const kept = await store.get("session", key);
      const isOwn = isJsonObject(kept) && kept["deviceId"] === deviceId && typeof kept["createdTs"] === "number";
      return isOwn ? Number(kept["createdTs"]) : undefined;
    },
    write: (createdTs) => store.write([{ table: "session", key, value: { deviceId, createdTs } }]),
  };
}

/** Files on the server, as they are. */
export function filesOf(http: MediaSender, fetch: typeof globalThis.fetch): CryptoFiles {
  return {
    async upload(bytes) {
      const { openFile, uploadFile } = await actions();
      const file = await openFile({ data: bytes, name: "", type: "application/octet-stream" });
      return (await uploadFile(http, { ...file, name: undefined })).url;
    },
    async download(uri, maxBytes) {
      const file = await createMedia(http, fetch, { maxDownloadBytes: maxBytes }).download(uri);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}
