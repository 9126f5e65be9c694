import { type JsonObject, jsonObject, model, type Model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { DeviceKeys } from "../identity-keys/device-keys.ts";

/** The Ed25519 key of a party to an Olm message. */
export interface SigningKeys {
  /** In unpadded base64. */
  ed25519: string;
}
/** Checks {@link SigningKeys}. */
export const SigningKeys: Model<SigningKeys> = /* @__PURE__ */ model(() => obj<SigningKeys>({ ed25519: z.string() }));

/**
 * What an Olm message says once it is decrypted.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#definition-olmpayload}
 */
export interface OlmPayload {
  type: string;
  /** Not checked here; see the content model of the type. */
  content: JsonObject;
  sender: UserId;
  recipient: UserId;
  recipient_keys: SigningKeys;
  /** Keys of the sender. */
  keys: SigningKeys;
  sender_device_keys?: DeviceKeys | undefined;
}
/** Checks {@link OlmPayload}. */
export const OlmPayload: Model<OlmPayload> = /* @__PURE__ */ model(() =>
  obj<OlmPayload>({
    type: z.string(),
    content: jsonObject(),
    sender: UserId,
    recipient: UserId,
    recipient_keys: SigningKeys.schema,
    keys: SigningKeys.schema,
    sender_device_keys: z.optional(DeviceKeys.schema),
  }),
);
