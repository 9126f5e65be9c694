import { type AuthenticationData, type JsonObject, MatrixError } from "@patrix/api";
import {
  claimKeys,
  type ClaimKeysResponse,
  getKeysChanges,
  queryKeys,
  type QueryKeysResponse,
  uploadCrossSigningKeys,
  uploadCrossSigningSignatures,
  uploadKeys,
} from "@patrix/client-api";
import type { CrossSigningKey, DeviceKeys } from "@patrix/events";
import type { DeviceId, UserId } from "@patrix/identifiers";
import { handle, rawJson } from "@patrix/server";
import { requireWithin } from "../../errors.ts";
import { turnIfDue } from "../../turns.ts";
import type { E2eeError } from "../../e2ee/errors.ts";
import type { SignatureFailures } from "../../e2ee/key-signatures.ts";
import type { E2ee } from "../../e2ee/open-e2ee.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { Sync } from "../../sync/v3/sync.ts";
import { toWireError } from "../errors/wire-errors.ts";
import type { Registration } from "../registration.ts";
import type { Requester } from "../access/requester.ts";

/** Asks for User-Interactive Authentication: resolves once the user passed it, rejects with a challenge until then. */
export type RequireUia = (user: Requester, auth: AuthenticationData | undefined, request: JsonObject) => Promise<void>;

/** What the handlers of keys work with. */
export interface KeyServices {
  readonly rooms: Rooms;
  readonly e2ee: E2ee;
  readonly sync: Sync;
  readonly requireUia: RequireUia;
}

/** Handlers of device keys, one-time keys and cross-signing. */
export function keyHandlers(services: KeyServices): Registration[] {
  const { e2ee, sync, requireUia } = services;
  return [
    handle(uploadKeys, async ({ body = {} }, { user }) => {
      if (body.device_keys) await e2ee.deviceKeys.upload(user, body.device_keys as object as JsonObject);
      await e2ee.oneTimeKeys.upload(user.deviceNid, asJson(body.one_time_keys), asJson(body.fallback_keys));
      return { one_time_key_counts: await e2ee.oneTimeKeys.counts(user.deviceNid) };
    }),
    handle(queryKeys, async ({ body }, { user }) => readKeys(services, user, body.device_keys)),
    handle(claimKeys, async ({ body }) => claim(services, body.one_time_keys)),
    handle(getKeysChanges, async ({ query }, { user }) => {
      return rawJson(JSON.stringify(await sync.deviceListsBetween(user, query.from, query.to)));
    }),
    handle(uploadCrossSigningKeys, async ({ body = {} }, { user }) => {
      const { auth, ...keys } = body;
      const { master_key: master, self_signing_key: selfSigning, user_signing_key: userSigning } = keys;
      const uploaded = { master, self_signing: selfSigning, user_signing: userSigning } as object as Record<string, JsonObject | undefined>;
      await e2ee.crossSigning.upload(user.userNid, user.userId, uploaded, () => requireUia(user, auth, keys as object as JsonObject));
      return {};
    }),
    handle(uploadCrossSigningSignatures, async ({ body }, { user }) => {
      return { failures: toWireFailures(await e2ee.keySignatures.upload(user.userNid, user.userId, body)) };
    }),
  ];
}

/** Puts what is wrong with signatures into the bodies of wire errors. */
function toWireFailures(failures: SignatureFailures): Record<string, Record<string, JsonObject>> {
  const bodyOf = (error: E2eeError): JsonObject => {
    const wire = toWireError(error);
    return wire instanceof MatrixError ? wire.body : {};
  };
  return Object.fromEntries(
    Object.entries(failures).map(([userId, byKey]) => [
      userId,
      Object.fromEntries(Object.entries(byKey).map(([name, error]) => [name, bodyOf(error)])),
    ]),
  );
}

async function readKeys({ rooms, e2ee }: KeyServices, user: Requester, wanted: Record<string, string[]>): Promise<QueryKeysResponse> {
  const asked = Object.entries(wanted);
  requireWithin("queriedUsers", asked.length, "/device_keys");
  const devices: Record<UserId, Record<string, DeviceKeys>> = {};
  const byUsage: Record<string, Record<UserId, CrossSigningKey>> = { master: {}, self_signing: {}, user_signing: {} };
  for (const [userId, deviceIds] of asked) {
    const turn = turnIfDue();
    if (turn) await turn;
    const id = userId as UserId;
    const nid = await rooms.core.users.find(userId);
    if (nid === undefined) {
      if (userId.endsWith(`:${rooms.core.serverName}`)) devices[id] = {};
      continue;
    }
    const keys = await e2ee.deviceKeys.ofUser(nid, user.userNid);
    const only = new Set(deviceIds);
    // They were checked when they were uploaded.
    devices[id] = Object.fromEntries(
      Object.entries(keys.devices).filter(([deviceId]) => only.size === 0 || only.has(deviceId)),
    ) as object as Record<DeviceId, DeviceKeys>;
    for (const [usage, key] of keys.crossSigning) (byUsage[usage] ??= {})[id] = key as object as CrossSigningKey;
  }
  const { master = {}, self_signing: selfSigning = {}, user_signing: userSigning = {} } = byUsage;
  return {
    device_keys: devices,
    failures: {},
    master_keys: master,
    self_signing_keys: selfSigning,
    user_signing_keys: userSigning,
  };
}

async function claim({ rooms, e2ee }: KeyServices, wanted: Record<string, Record<string, string>>): Promise<ClaimKeysResponse> {
  const claims = Object.values(wanted).reduce((sum, devices) => sum + Object.keys(devices).length, 0);
  requireWithin("claimedKeys", claims, "/one_time_keys");
  const claimed: Record<string, Record<string, Record<string, unknown>>> = {};
  for (const [userId, devices] of Object.entries(wanted)) {
    const turn = turnIfDue();
    if (turn) await turn;
    const nid = await rooms.core.users.find(userId);
    if (nid === undefined) continue;
    const nids = await e2ee.deviceKeys.deviceNids(nid);
    for (const [deviceId, algorithm] of Object.entries(devices)) {
      const deviceNid = nids.get(deviceId);
      const key = deviceNid === undefined ? undefined : await e2ee.oneTimeKeys.claim(deviceNid, algorithm);
      if (key) (claimed[userId] ??= {})[deviceId] = { [key.keyId]: key.key };
    }
  }
  // They were checked when they were uploaded.
  return { failures: {}, one_time_keys: claimed as object as ClaimKeysResponse["one_time_keys"] };
}

function asJson(keys: object | undefined): Record<string, unknown> {
  return { ...keys };
}
