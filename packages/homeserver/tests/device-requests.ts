// What tests of end-to-end encryption send on behalf of devices.
import { generateSigningKey, type SigningKey, signJson } from "@patrix/signatures";
import { expect } from "vitest";
import type { ComposedDevices } from "./composed-devices.ts";

/** The client-server API behind `/_matrix`. */
export const v3 = "/client/v3";

/** Signs under a key ID that may be any text, as those of devices and cross-signing keys are. */
export function sign<T extends object>(object: T, userId: string, key: SigningKey, keyId: string) {
  const { signatures } = signJson({ ...object } as Record<string, never>, "x", key);
  return { ...object, signatures: { [userId]: { [keyId]: signatures["x"]?.[key.keyId] ?? "" } } };
}

export const newKey = (): SigningKey => generateSigningKey("ed25519:1");

export function deviceKeys(userId: string, deviceId: string, key: SigningKey = newKey()) {
  const keys = { [`ed25519:${deviceId}`]: key.publicKey, [`curve25519:${deviceId}`]: "curve" };
  const object = { user_id: userId, device_id: deviceId, algorithms: ["m.olm.v1.curve25519-aes-sha2"], keys };
  return sign(object, userId, key, `ed25519:${deviceId}`);
}

export function crossSigningKey(userId: string, usage: string, { publicKey }: SigningKey) {
  return { user_id: userId, usage: [usage], keys: { [`ed25519:${publicKey}`]: publicKey } };
}

export function oneTimeKeys(count: number, prefix = "A") {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `signed_curve25519:${prefix}${i}`,
      { key: `${prefix}${i}`, signatures: { "@alice:example.org": { "ed25519:A1": "sig" } } },
    ]),
  );
}

export async function sync(server: ComposedDevices, token: string, since?: string) {
  const { status, body } = await server.request("GET", `${v3}/sync${since === undefined ? "" : `?since=${since}`}`, undefined, token);
  expect(status).toBe(200);
  return body;
}
