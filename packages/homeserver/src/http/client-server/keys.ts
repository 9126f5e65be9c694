import { type EmptyObject, type JsonObject, MatrixError } from "@patrix/api";
import {
  claimKeys,
  type ClaimKeysResponse,
  getKeysChanges,
  queryKeys,
  type QueryKeysResponse,
  uploadCrossSigningKeys,
  type UploadCrossSigningKeysBody,
  uploadCrossSigningSignatures,
  uploadKeys,
} from "@patrix/client-api";
import type { CrossSigningKey, DeviceKeys } from "@patrix/events";
import { type DeviceId, isServerName, type UserId } from "@patrix/identifiers";
import { handle, rawJson } from "@patrix/server";
import { serverOf } from "@patrix/signatures";
import type { UploadedCrossSigningKeys } from "../../e2ee/cross-signing.ts";
import type { UserKeys } from "../../e2ee/device-keys.ts";
import { E2eeError } from "../../e2ee/errors.ts";
import type { SignatureFailures } from "../../e2ee/key-signatures.ts";
import type { E2ee } from "../../e2ee/open-e2ee.ts";
import { type HomeserverError, requireWithin } from "../../errors.ts";
import type { OtherServers } from "../../other-servers.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { Sync } from "../../sync/v3/sync.ts";
import { turnIfDue } from "../../turns.ts";
import { toWireError } from "../errors/wire-errors.ts";
import type { Registration } from "../registration.ts";
import type { Requester } from "../access/requester.ts";
import type { Perform } from "./proven-operation.ts";

/** How many users' keys are read before others may get their turn. */
const READ_AT_ONCE = 25;

/** What the handlers of keys work with. */
export interface KeyServices {
  readonly rooms: Rooms;
  readonly e2ee: E2ee;
  readonly otherServers: OtherServers;
  readonly sync: Sync;
  /** Replaces cross-signing keys for who has proven that they are theirs. */
  readonly replaceKeys: Perform<UploadCrossSigningKeysBody, EmptyObject>;
}

/** Handlers of device keys, one-time keys and cross-signing. */
export function keyHandlers(services: KeyServices): Registration[] {
  const { e2ee, sync } = services;
  return [
    handle(uploadKeys, async ({ body = {} }, { user }) => {
      if (body.device_keys) await e2ee.deviceKeys.upload(user, body.device_keys as object as JsonObject);
      await e2ee.oneTimeKeys.upload(user, asJson(body.one_time_keys), asJson(body.fallback_keys));
      return { one_time_key_counts: await e2ee.oneTimeKeys.counts(user.deviceNid) };
    }),
    handle(queryKeys, async ({ body }, { user }) => readKeys(services, user, body.device_keys)),
    handle(claimKeys, async ({ body }) => claim(services, body.one_time_keys)),
    handle(getKeysChanges, async ({ query }, { user }) => {
      return rawJson(JSON.stringify(await sync.deviceListsBetween(user, query.from, query.to)));
    }),
    handle(uploadCrossSigningKeys, ({ body = {} }, { user }) => uploadOwnKeys(services, user, body)),
    handle(uploadCrossSigningSignatures, async ({ body }, { user }) => {
      return { failures: toWireFailures(await e2ee.keySignatures.upload(user.userNid, user.userId, body)) };
    }),
  ];
}

/** Stores cross-signing keys, for who proves their identity if that is needed. */
async function uploadOwnKeys(
  { e2ee: { crossSigning }, replaceKeys }: KeyServices,
  user: Requester,
  body: UploadCrossSigningKeysBody,
): Promise<EmptyObject> {
  const replaced = (): Promise<EmptyObject> =>
    replaceKeys({ user, body }, async (_, asked) => {
      await crossSigning.upload(user.userNid, user.userId, keysOf(asked), { authenticated: true });
      return {};
    });
  try {
    // Where the session of an earlier request knows the keys, there is nothing to upload without it.
    if (body.auth?.session !== undefined && Object.keys(keysOf(body)).length === 0) return await replaced();
    await crossSigning.upload(user.userNid, user.userId, keysOf(body), { authenticated: false });
    return {};
  } catch (error) {
    if (error instanceof E2eeError && error.code === "NOT_AUTHENTICATED") return replaced();
    throw error;
  }
}

function keysOf({
  master_key: master,
  self_signing_key: selfSigning,
  user_signing_key: userSigning,
}: UploadCrossSigningKeysBody): UploadedCrossSigningKeys {
  const keys = { master, self_signing: selfSigning, user_signing: userSigning };
  return Object.fromEntries(Object.entries(keys).flatMap(([usage, key]) => (key ? [[usage, { ...key }]] : [])));
}

/** Puts what is wrong with signatures into the bodies of wire errors. */
function toWireFailures(failures: SignatureFailures): Record<string, Record<string, JsonObject>> {
  return Object.fromEntries(
    Object.entries(failures).map(([userId, byKey]) => [
      userId,
      Object.fromEntries(Object.entries(byKey).map(([name, error]) => [name, bodyOf(error)])),
    ]),
  );
}

async function readKeys(
  { rooms, e2ee, otherServers }: KeyServices,
  user: Requester,
  wanted: Record<string, string[]>,
): Promise<QueryKeysResponse> {
  const asked = Object.entries(wanted);
  requireWithin("queriedUsers", asked.length, "/device_keys");
  const devices: Record<UserId, Record<string, DeviceKeys>> = {};
  const byUsage: Record<string, Record<UserId, CrossSigningKey>> = { master: {}, self_signing: {}, user_signing: {} };
  const nids = await rooms.core.users.findAll(asked.map(([userId]) => userId));
  let known: ReadonlyMap<number, UserKeys> = new Map();
  for (const [index, [userId, deviceIds]] of asked.entries()) {
    const turn = turnIfDue();
    if (turn) await turn;
    if (index % READ_AT_ONCE === 0) {
      const next = asked.slice(index, index + READ_AT_ONCE).flatMap(([id]) => nids.get(id) ?? []);
      known = await e2ee.deviceKeys.ofUsers(next, user.userNid);
    }
    const id = userId as UserId;
    const keys = known.get(nids.get(userId) ?? 0);
    if (!keys) {
      if (serverOf(userId) === rooms.core.serverName) devices[id] = {};
      continue;
    }
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
    failures: failuresOf(otherServers, Object.keys(wanted)),
    master_keys: master,
    self_signing_keys: selfSigning,
    user_signing_keys: userSigning,
  };
}

async function claim(
  { rooms, e2ee, otherServers }: KeyServices,
  wanted: Record<string, Record<string, string>>,
): Promise<ClaimKeysResponse> {
  const claims = Object.values(wanted).reduce((sum, devices) => sum + Object.keys(devices).length, 0);
  requireWithin("claimedKeys", claims, "/one_time_keys");
  const claimed: Record<string, Record<string, Record<string, unknown>>> = {};
  const nids = await rooms.core.users.findAll(Object.keys(wanted));
  const devicesByUser = await e2ee.deviceKeys.deviceNids(nids.values());
  for (const [userId, devices] of Object.entries(wanted)) {
    const turn = turnIfDue();
    if (turn) await turn;
    const known = devicesByUser.get(nids.get(userId) ?? 0);
    for (const [deviceId, algorithm] of Object.entries(devices)) {
      const deviceNid = known?.get(deviceId);
      const key = deviceNid === undefined ? undefined : await e2ee.oneTimeKeys.claim(deviceNid, algorithm);
      if (key) (claimed[userId] ??= {})[deviceId] = { [key.keyId]: key.key };
    }
  }
  // They were checked when they were uploaded.
  return {
    failures: failuresOf(otherServers, Object.keys(wanted)),
    one_time_keys: claimed as object as ClaimKeysResponse["one_time_keys"],
  };
}

/** The servers of users that cannot be asked, with the reason. */
function failuresOf({ refusal }: OtherServers, userIds: readonly string[]): Record<string, JsonObject> {
  const failures: Record<string, JsonObject> = {};
  for (const server of new Set(userIds.map(serverOf))) {
    if (!isServerName(server)) continue;
    const refused = refusal(server);
    if (refused) failures[server] = bodyOf(refused);
  }
  return failures;
}

/** The body of the wire error that an error becomes. */
function bodyOf(error: HomeserverError): JsonObject {
  const wire = toWireError(error);
  return wire instanceof MatrixError ? wire.body : {};
}

function asJson(keys: object | undefined): Record<string, unknown> {
  return { ...keys };
}
