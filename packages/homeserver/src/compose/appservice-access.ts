import type { AppserviceAccess } from "../http/access/by-appservice-token.ts";
import { deviceOfUser } from "../store/statements/devices.ts";
import type { HomeserverParts } from "./open-parts.ts";

/** What decides as whom application services may ask. */
export function appserviceAccess({ appservices, appserviceStreams, accounts: { accounts }, core }: HomeserverParts): AppserviceAccess {
  return {
    appservices,
    noted: (service) => appserviceStreams.note(service),
    account: async (userId) => {
      const account = await accounts.find(userId);
      return (
        account && {
          userNid: account.user_nid,
          isGuest: account.guest === 1,
          isAdmin: account.admin === 1,
          isLocked: account.locked_ts !== null,
          isDeactivated: account.deactivated === 1,
          isSuspended: account.suspended_ts !== null,
        }
      );
    },
    device: async (userNid, deviceId) => (await core.store.get(deviceOfUser, userNid, deviceId))?.device_nid,
  };
}
