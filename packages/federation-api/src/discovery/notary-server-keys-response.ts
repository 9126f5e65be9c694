import { independent, model, type Model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { ServerKeys } from "./server-keys.ts";

/** Signing keys of servers, each signed also by the notary. */
export interface NotaryServerKeysResponse {
  /** Empty if none could be fetched. */
  server_keys?: ServerKeys[] | undefined;
}

/** Checks a {@link NotaryServerKeysResponse}. */
export const NotaryServerKeysResponse: Model<NotaryServerKeysResponse> = /* @__PURE__ */ model(() =>
  obj<NotaryServerKeysResponse>({ server_keys: z.optional(independent(z.array(ServerKeys.schema))) }),
);
