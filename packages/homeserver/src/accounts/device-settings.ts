import type { AccountData } from "./account-data.ts";

/** What the types of account data begin with that are about one device, whose ID they end with. */
const prefixes = ["m.local_notification_settings.", "org.matrix.msc3890.local_notification_settings."];

/**
 * Removes what a user has set for devices that are gone.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3890}
 */
export async function removeDeviceSettings(accountData: AccountData, userNid: number, deviceIds: readonly string[]): Promise<void> {
  for (const deviceId of deviceIds)
    for (const prefix of prefixes) await accountData.remove({ userNid, roomNid: 0, type: `${prefix}${deviceId}` });
}
