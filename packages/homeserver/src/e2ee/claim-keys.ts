import { requireWithin } from "../errors.ts";
import { type Core, isLocalUser } from "../log/core.ts";
import { turnIfDue } from "../turns.ts";
import type { E2ee } from "./open-e2ee.ts";

/** Which keys are wanted: algorithms, by user and device. */
export type WantedKeys = Readonly<Record<string, Readonly<Record<string, string>>>>;
/** Keys that were handed out, by user, device and key ID. */
export type ClaimedKeys = Record<string, Record<string, Record<string, unknown>>>;

/**
 * Hands out keys of the devices of this server's users, one for each; what is not there is left out.
 *
 * @throws {LimitError} `claimedKeys`, of all that are wanted.
 */
export async function claimKeysOf(
  core: Core,
  { deviceKeys, oneTimeKeys }: Pick<E2ee, "deviceKeys" | "oneTimeKeys">,
  wanted: WantedKeys,
): Promise<ClaimedKeys> {
  const claims = Object.values(wanted).reduce((sum, devices) => sum + Object.keys(devices).length, 0);
  requireWithin("claimedKeys", claims, "/one_time_keys");
  const claimed: ClaimedKeys = {};
  const asked = Object.entries(wanted).filter(([userId]) => isLocalUser(core, userId));
  const nids = await core.users.findAll(asked.map(([userId]) => userId));
  const devicesByUser = await deviceKeys.deviceNids(nids.values());
  for (const [userId, devices] of asked) {
    const known = devicesByUser.get(nids.get(userId) ?? 0);
    for (const [deviceId, algorithm] of Object.entries(devices)) {
      const turn = turnIfDue();
      if (turn) await turn;
      const deviceNid = known?.get(deviceId);
      const key = deviceNid === undefined ? undefined : await oneTimeKeys.claim(deviceNid, algorithm);
      if (key) (claimed[userId] ??= {})[deviceId] = { [key.keyId]: key.key };
    }
  }
  return claimed;
}
