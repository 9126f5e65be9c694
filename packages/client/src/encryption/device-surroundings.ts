import { isJsonObject, MatrixError } from "@patrix/api";
import { getAccountData, setAccountData } from "@patrix/client-api";
import type { AccountDataAccess, CryptoFiles, DehydrationMemory } from "@patrix/client-crypto";
import type { UserId } from "@patrix/identifiers";
import type { RequestSender } from "../http/http-client.ts";
import { openFile } from "../media/file-like.ts";
import { createMedia, type MediaSender, uploadFile } from "../media/media.ts";
import type { Store } from "../stores/store.ts";

/** The account data of the user as the server has it: what sync has told of may be out of date. */
export function accountDataOf(http: RequestSender, userId: UserId): AccountDataAccess {
  return {
    async get(type) {
      try {
        return await http.send(getAccountData, { path: { userId, type } });
      } catch (error) {
        if (MatrixError.is(error, "M_NOT_FOUND")) return undefined;
        throw error;
      }
    },
    async set(type, content) {
      await http.send(setAccountData, { path: { userId, type }, body: content });
    },
  };
}

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
      const file = await openFile({ data: bytes, name: "", type: "application/octet-stream" });
      return (await uploadFile(http, { ...file, name: undefined })).url;
    },
    async download(uri, maxBytes) {
      const file = await createMedia(http, fetch, { maxDownloadBytes: maxBytes }).download(uri);
      return new Uint8Array(await file.arrayBuffer());
    },
  };
}
