import type { AccountParts } from "../accounts/open-accounts.ts";
import { AppserviceStreams } from "../appservice/appservice-streams.ts";
import type { KeyCounts } from "../appservice/transaction-body.ts";
import type { E2ee } from "../e2ee/open-e2ee.ts";
import type { RoomParts } from "../rooms/open-rooms.ts";
import type { Appservices } from "../appservice/appservices.ts";
import type { Logger } from "../http/logger.ts";

/** Makes the users that application services act as where they name no other. */
export async function openAppserviceUsers({ all }: Appservices, { accounts }: AccountParts, logger: Logger): Promise<void> {
  for (const { userId, registration } of all) {
    const { id, sender_localpart: localpart } = registration;
    const known = await accounts.find(userId);
    if (!known) await accounts.create({ localpart, appserviceId: id });
    else if (known.app_service_id !== id)
      logger.warn("the user of an application service was made by somebody else, who may still use it", {
        appservice: id,
        user_id: userId,
      });
  }
}

/** What the streams of application services are opened with. */
export interface StreamsPorts {
  readonly appservices: Appservices;
  readonly rooms: RoomParts;
  readonly e2ee: E2ee;
  readonly accounts: AccountParts;
  readonly logger: Logger;
}

/** Opens what tells application services of what concerns them. */
export function openAppserviceStreams({ appservices, rooms, e2ee, accounts, logger }: StreamsPorts): AppserviceStreams {
  return new AppserviceStreams({
    ...rooms,
    appservices,
    keyCounts: async (userNid) => {
      const found: KeyCounts[] = [];
      for (const { device_id: deviceId, device_nid: deviceNid } of await accounts.sessions.devices(userNid))
        found.push({
          deviceId,
          oneTimeKeys: await e2ee.oneTimeKeys.counts(deviceNid),
          unusedFallbackTypes: await e2ee.oneTimeKeys.unusedFallbackAlgorithms(deviceNid),
        });
      return found;
    },
    failed: ({ registration: { id } }, error, retryMs) =>
      logger.warn("an application service has not taken a transaction", { appservice: id, error, retry_ms: retryMs }),
    recovered: ({ registration: { id } }) => logger.info("an application service takes transactions again", { appservice: id }),
  });
}
