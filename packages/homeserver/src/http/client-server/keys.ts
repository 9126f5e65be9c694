import { type EmptyObject, type JsonObject, MatrixError } from "@patrix/api";
import {
  claimKeys,
  type ClaimKeysBody,
  type ClaimKeysResponse,
  getKeysChanges,
  queryKeys,
  type QueryKeysBody,
  type QueryKeysResponse,
  uploadCrossSigningKeys,
  type UploadCrossSigningKeysBody,
  uploadCrossSigningSignatures,
  uploadKeys,
} from "@patrix/client-api";
import type { CrossSigningKey, DeviceKeys } from "@patrix/events";
import type { DeviceId, UserId } from "@patrix/identifiers";
import { handle, rawJson } from "@patrix/server";
import { serverOf } from "@patrix/signatures";
import { claimKeysOf } from "../../e2ee/claim-keys.ts";
import type { UploadedCrossSigningKeys } from "../../e2ee/cross-signing.ts";
import type { UserKeys } from "../../e2ee/device-keys.ts";
import { E2eeError } from "../../e2ee/errors.ts";
import type { SignatureFailures } from "../../e2ee/key-signatures.ts";
import type { E2ee } from "../../e2ee/open-e2ee.ts";
import { requireWithin } from "../../errors.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { Sync } from "../../sync/v3/sync.ts";
import { turnIfDue } from "../../turns.ts";
import { toWireError } from "../errors/wire-errors.ts";
import type { Registration } from "../registration.ts";
import { requireDevice, type Requester } from "../access/requester.ts";
import type { Perform } from "./proven-operation.ts";

/** How many users' keys are read before others may get their turn. */
const READ_AT_ONCE = 25;
/** How long other servers have to answer, unless the client says otherwise, and at most, in milliseconds. */
const [DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS] = [10_000, 60_000];

/** What the handlers of keys work with. */
export interface KeyServices {
  readonly rooms: Rooms;
  readonly e2ee: E2ee;
  readonly sync: Sync;
  /** Replaces cross-signing keys for who has proven that they are theirs. */
  readonly replaceKeys: Perform<UploadCrossSigningKeysBody, EmptyObject>;
}

/** Handlers of device keys, one-time keys and cross-signing. */
export function keyHandlers(services: KeyServices): Registration[] {
  const { e2ee, sync } = services;
  return [
    handle(uploadKeys, async ({ body = {} }, { user: requester }) => {
      const user = requireDevice(requester);
      if (body.device_keys) await e2ee.deviceKeys.upload(user, body.device_keys as object as JsonObject);
      await e2ee.oneTimeKeys.upload(user, asJson(body.one_time_keys), asJson(body.fallback_keys));
      return { one_time_key_counts: await e2ee.oneTimeKeys.counts(user.deviceNid) };
    }),
    handle(queryKeys, async ({ body }, { user }) => readKeys(services, user, body)),
    handle(claimKeys, async ({ body }) => claim(services, body)),
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
  { rooms, e2ee }: KeyServices,
  user: Requester,
  { device_keys: wanted, timeout }: QueryKeysBody,
): Promise<QueryKeysResponse> {
  const asked = Object.entries(wanted);
  requireWithin("queriedUsers", asked.length, "/device_keys");
  const { answers, failures } = await e2ee.remoteKeys.query(wanted, patience(timeout));
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
    const keys = answers.get(userId) ?? known.get(nids.get(userId) ?? 0);
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
    failures: toWire(failures),
    master_keys: master,
    self_signing_keys: selfSigning,
    user_signing_keys: userSigning,
  };
}

async function claim({ rooms, e2ee }: KeyServices, { one_time_keys: wanted, timeout }: ClaimKeysBody): Promise<ClaimKeysResponse> {
  const claimed = await claimKeysOf(rooms.core, e2ee, wanted);
  const { answers, failures } = await e2ee.remoteKeys.claim(wanted, patience(timeout));
  // They were checked when they were uploaded; of other servers' users the clients check them.
  return {
    failures: toWire(failures),
    one_time_keys: { ...claimed, ...answers } as object as ClaimKeysResponse["one_time_keys"],
  };
}

/** How long a client waits for other servers, in milliseconds. */
function patience(timeoutMs = DEFAULT_TIMEOUT_MS): number {
  return Math.min(Math.max(timeoutMs, 0), MAX_TIMEOUT_MS);
}

/** The servers that have not answered, with the reason. */
function toWire(failures: ReadonlyMap<string, Error>): Record<string, JsonObject> {
  return Object.fromEntries([...failures].map(([server, error]) => [server, bodyOf(error)]));
}

/** The body of the wire error that an error becomes. */
function bodyOf(error: Error): JsonObject {
  const wire = toWireError(error);
  return wire instanceof MatrixError ? wire.body : {};
}

function asJson(keys: object | undefined): Record<string, unknown> {
  return { ...keys };
}
