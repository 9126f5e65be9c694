import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.secret_storage.default_key`: the key that encrypts the user's secrets unless told otherwise.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#key-storage}
 */
export interface SecretStorageDefaultKeyContent {
  /** ID of the key. */
  key: string;
}
/** Checks the content of `m.secret_storage.default_key`. */
export const SecretStorageDefaultKeyContent: Model<SecretStorageDefaultKeyContent> = /* @__PURE__ */ model(() =>
  obj<SecretStorageDefaultKeyContent>({ key: z.string() }),
);

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.secret_storage.default_key": SecretStorageDefaultKeyContent;
  }
}

/** Defines `m.secret_storage.default_key`. */
export const secretStorageDefaultKey: EventDefinition<
  "global-account-data",
  "m.secret_storage.default_key",
  SecretStorageDefaultKeyContent
> = /* @__PURE__ */ defineEvent("global-account-data", "m.secret_storage.default_key", SecretStorageDefaultKeyContent);
