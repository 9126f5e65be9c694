import { MatrixError } from "@patrix/api";
import { getAccountData, setAccountData } from "@patrix/client-api";
import type { UserId } from "@patrix/identifiers";
import type { CryptoRequests } from "../driver/send-outgoing.ts";
import type { AccountDataAccess } from "./secret-storage.ts";

/** The account data of a user as the server has it: what sync has told of may be out of date. */
export function accountDataOf(requests: Pick<CryptoRequests, "send">, userId: UserId): AccountDataAccess {
  return {
    async get(type) {
      try {
        return await requests.send(getAccountData, { path: { userId, type } });
      } catch (error) {
        if (MatrixError.is(error, "M_NOT_FOUND")) return undefined;
        throw error;
      }
    },
    async set(type, content) {
      await requests.send(setAccountData, { path: { userId, type }, body: content });
    },
  };
}
