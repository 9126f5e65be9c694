import { matrixError } from "@patrix/api";
import {
  claimUserEncryptionKeys,
  getUserDevices,
  type GetUserDevicesResponse,
  queryUserEncryptionKeys,
  type QueryUserEncryptionKeysResponse,
} from "@patrix/federation-api";
import { isUserId } from "@patrix/identifiers";
import { handle, rawJson } from "@patrix/server";
import { claimKeysOf } from "../../e2ee/claim-keys.ts";
import type { UserKeys } from "../../e2ee/device-keys.ts";
import { withoutName } from "../../e2ee/complete-device-edus.ts";
import type { E2ee } from "../../e2ee/open-e2ee.ts";
import { requireWithin } from "../../errors.ts";
import { type Core, isLocalUser } from "../../log/core.ts";
import { turnIfDue } from "../../turns.ts";
import type { ServerRegistration } from "./requesting-server.ts";

/** How many users' keys are read before others may get their turn. */
const READ_AT_ONCE = 25;

/** What the handlers of keys work with. */
export interface ServerKeyServices {
  readonly core: Core;
  readonly e2ee: E2ee;
}

/** The handlers with which servers ask for the devices and keys of this one's users. */
export function serverKeyHandlers({ core, e2ee }: ServerKeyServices): ServerRegistration[] {
  return [
    handle(queryUserEncryptionKeys, async ({ body }) => {
      requireWithin("queriedUsers", Object.keys(body.device_keys).length, "/device_keys");
      return rawJson(JSON.stringify(await publishedKeys(core, e2ee, body.device_keys)));
    }),
    handle(claimUserEncryptionKeys, async ({ body }) => {
      return rawJson(JSON.stringify({ one_time_keys: await claimKeysOf(core, e2ee, body.one_time_keys) }));
    }),
    handle(getUserDevices, async ({ path }) => {
      if (!isUserId(path.userId)) throw matrixError("M_INVALID_PARAM", "path variable userId: not a user ID");
      const userNid = await localNid(core, path.userId);
      if (userNid === undefined) throw matrixError("M_NOT_FOUND", `path variable userId: expected a user of ${core.serverName}`);
      const streamId = await e2ee.deviceLists.streamOf(userNid);
      const keys = (await e2ee.deviceKeys.published([userNid])).get(userNid);
      return rawJson(JSON.stringify({ user_id: path.userId, stream_id: streamId, ...listed(keys) }));
    }),
  ];
}

function listed(keys: UserKeys | undefined): Pick<GetUserDevicesResponse, "devices"> {
  const devices = Object.entries(keys?.devices ?? {}).map(([deviceId, device]) => {
    const { device_display_name: name } = (device["unsigned"] ?? {}) as { readonly device_display_name?: string };
    return { device_id: deviceId, keys: withoutName(device), ...(name !== undefined && { device_display_name: name }) };
  });
  const [master, selfSigning] = [keys?.crossSigning.get("master"), keys?.crossSigning.get("self_signing")];
  // They were checked when they were uploaded.
  return { devices, ...(master && { master_key: master }), ...(selfSigning && { self_signing_key: selfSigning }) } as object as Pick<
    GetUserDevicesResponse,
    "devices"
  >;
}

async function publishedKeys(
  core: Core,
  e2ee: E2ee,
  wanted: Readonly<Record<string, readonly string[]>>,
): Promise<QueryUserEncryptionKeysResponse> {
  const devices: Record<string, object> = {};
  const byUsage: Record<string, Record<string, object>> = { master: {}, self_signing: {} };
  const asked = Object.entries(wanted);
  for (let at = 0; at < asked.length; at += READ_AT_ONCE) {
    const turn = turnIfDue();
    if (turn) await turn;
    const page = asked.slice(at, at + READ_AT_ONCE).filter(([userId]) => isLocalUser(core, userId));
    const nids = await core.users.findAll(page.map(([userId]) => userId));
    const known = await e2ee.deviceKeys.published([...nids.values()]);
    for (const [userId, deviceIds] of page) {
      const keys = known.get(nids.get(userId) ?? 0);
      const only = new Set(deviceIds);
      devices[userId] = Object.fromEntries(
        Object.entries(keys?.devices ?? {}).filter(([deviceId]) => only.size === 0 || only.has(deviceId)),
      );
      for (const [usage, key] of keys?.crossSigning ?? []) (byUsage[usage] ??= {})[userId] = key;
    }
  }
  // They were checked when they were uploaded.
  return {
    device_keys: devices,
    master_keys: byUsage["master"],
    self_signing_keys: byUsage["self_signing"],
  } as object as QueryUserEncryptionKeysResponse;
}

async function localNid(core: Core, userId: string): Promise<number | undefined> {
  return isLocalUser(core, userId) ? core.users.find(userId) : undefined;
}
