import { matrixError } from "@patrix/api";
import { getWhoIs, type WhoIsDevice } from "@patrix/client-api";
import { handle } from "@patrix/server";
import type { AccountParts } from "../../accounts/open-accounts.ts";
import type { Core } from "../../log/core.ts";
import { devicesOfUser } from "../../store/statements/devices.ts";
import { requireAdmin, type Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

/** What the devices of a user are looked up with. */
export interface WhoIsServices extends Pick<AccountParts, "accounts" | "tokens"> {
  readonly core: Core;
  readonly isAdmin: (user: Requester) => boolean;
}

/** The handler that tells administrators, and users of themselves, from where a user's devices were seen last. */
export function whoIsHandlers({ core, accounts, tokens, isAdmin }: WhoIsServices): Registration[] {
  return [
    handle(getWhoIs, async ({ path: { userId } }, { user }) => {
      if (userId !== user.userId) requireAdmin(user, isAdmin);
      const account = await accounts.find(userId);
      if (!account) throw matrixError("M_NOT_FOUND", "there is no such account");
      const devices: Record<string, WhoIsDevice> = {};
      for (const { device_nid: nid, device_id: id, last_seen_ts: storedTs, last_seen_ip: storedIp } of await core.store.all(
        devicesOfUser,
        account.user_nid,
      )) {
        const { ts, ip } = tokens.lastSeen(nid) ?? { ts: storedTs, ip: storedIp };
        const seen = ts === null || ip === null ? [] : [{ ip, last_seen: ts }];
        devices[id] = { sessions: [{ connections: seen }] };
      }
      return { user_id: userId, devices };
    }),
  ];
}
