import type { Config } from "../config/config.ts";
import { bounded } from "../http/access/expensive-reads.ts";
import { tokenRequired } from "../http/access/by-access-token.ts";
import { sharedSecretHandlers } from "../http/admin/shared-secret-registration.ts";
import { accountDataHandlers } from "../http/client-server/account-data.ts";
import type { AccountServices } from "../http/client-server/account-services.ts";
import { accountHandlers } from "../http/client-server/account.ts";
import { contextHandlers } from "../http/client-server/context.ts";
import { deviceHandlers } from "../http/client-server/device.ts";
import { directoryHandlers } from "../http/client-server/directory.ts";
import { discoveryHandlers } from "../http/client-server/discovery.ts";
import { keyBackupHandlers } from "../http/client-server/key-backup.ts";
import { keyHandlers } from "../http/client-server/keys.ts";
import { mediaHandlers } from "../http/client-server/media.ts";
import { membershipHandlers } from "../http/client-server/membership.ts";
import { messageHandlers } from "../http/client-server/message.ts";
import { mutualRoomsHandlers } from "../http/client-server/mutual-rooms.ts";
import { notificationHandlers } from "../http/client-server/notifications.ts";
import { peekingHandlers } from "../http/client-server/peeking.ts";
import { profileHandlers } from "../http/client-server/profile.ts";
import { pushRuleHandlers } from "../http/client-server/push-rule.ts";
import { presenceHandlers } from "../http/client-server/presence.ts";
import { pusherHandlers } from "../http/client-server/pusher.ts";
import { provenOperation } from "../http/client-server/proven-operation.ts";
import { receiptHandlers } from "../http/client-server/receipt.ts";
import { registrationHandlers } from "../http/client-server/register.ts";
import { reportHandlers } from "../http/client-server/report.ts";
import { relationHandlers } from "../http/client-server/relations.ts";
import { roomHandlers } from "../http/client-server/room.ts";
import { roomPreviewHandlers } from "../http/client-server/room-preview.ts";
import type { RoomServices } from "../http/client-server/room-services.ts";
import { searchHandlers } from "../http/client-server/search.ts";
import { sessionHandlers } from "../http/client-server/session.ts";
import { stateHandlers } from "../http/client-server/state.ts";
import { syncHandlers } from "../http/client-server/sync.ts";
import { thirdPartyHandlers } from "../http/client-server/third-party.ts";
import { callHandlers } from "../http/client-server/voip.ts";
import { toDeviceHandlers } from "../http/client-server/to-device.ts";
import { userDirectoryHandlers } from "../http/client-server/user-directory.ts";
import { pageHandlers } from "../http/pages/welcome.ts";
import type { Requester } from "../http/access/requester.ts";
import { accountLockHandlers } from "../http/client-server/account-lock.ts";
import type { Registration } from "../http/registration.ts";
import { leaveEverywhere } from "../rooms/membership/leave-everywhere.ts";
import { VERSION } from "../version.ts";
import type { HomeserverParts } from "./open-parts.ts";

const ofRooms = [
  roomHandlers,
  membershipHandlers,
  messageHandlers,
  relationHandlers,
  contextHandlers,
  stateHandlers,
  receiptHandlers,
  presenceHandlers,
  syncHandlers,
];
const ofAccounts = [registrationHandlers, sessionHandlers, accountHandlers, deviceHandlers, profileHandlers, accountDataHandlers];

/** The handlers of everything that clients call. `baseUrl` is known once the server listens. */
export function clientServerHandlers(parts: HomeserverParts, config: Config, baseUrl: () => string): Registration[] {
  const { core, e2ee, media, published, otherServers } = parts;
  const { rooms, members } = parts.rooms;
  const { registration, default_room_version: defaultRoomVersion } = config;
  const roomServices: RoomServices = {
    ...parts.rooms,
    sync: parts.sync,
    defaultRoomVersion,
    accountData: parts.accounts.accountData,
    ignoredUsers: async (userNid) => (await parts.accounts.contacts.of(userNid)).ignored,
  };
  const accountServices: AccountServices = {
    ...parts.accounts,
    core,
    registration,
    roomNid: (roomId) => rooms.find(roomId)?.nid,
    leaveRooms: (user) => leaveEverywhere(rooms, members, user),
  };
  const admins = new Set(config.admins);
  const isAdmin = (user: Requester): boolean => user.isAdmin || admins.has(user.userId);
  return bounded([
    ...ofRooms.flatMap((handlers) => handlers(roomServices)),
    ...ofAccounts.flatMap((handlers) => handlers(accountServices)),
    ...keyHandlers({
      rooms,
      e2ee,
      otherServers,
      sync: parts.sync,
      replaceKeys: provenOperation(accountServices),
    }),
    ...findingHandlers(parts, config),
    ...searchHandlers({ ...roomServices, index: parts.searchIndex }),
    ...reportHandlers({ ...parts.rooms, reports: parts.reports }),
    ...peekingHandlers({ ...roomServices, published, eventStream: parts.eventStream }),
    ...toDeviceHandlers(e2ee, otherServers),
    ...keyBackupHandlers(e2ee),
    ...mediaHandlers({ ...media, serverName: core.serverName, legacyUnauthenticated: config.media.legacy_unauthenticated }),
    ...pushHandlers(parts, config),
    ...accountLockHandlers({ accounts: parts.accounts.accounts, serverName: core.serverName, isAdmin }),
    ...sharedSecretHandlers(accountServices, registration.shared_secret),
    ...callHandlers({ turn: config.turn, transports: config.matrix_rtc.transports, clock: core.clock }),
    ...discoveryHandlers({
      baseUrl,
      wellKnownClient: config.well_known.client,
      admins: config.admins,
      isAdmin,
      defaultRoomVersion,
      transports: config.matrix_rtc.transports,
    }),
    ...pageHandlers({ serverName: core.serverName, version: VERSION, baseUrl, registrationOpen: registration.enabled }),
  ]);
}

function pushHandlers({ core, pushRules, notifications, pushSender }: HomeserverParts, config: Config): Registration[] {
  return [
    ...pushRuleHandlers(pushRules),
    ...notificationHandlers(notifications),
    ...pusherHandlers({
      core,
      allowPrivateTargets: config.federation.allow_private_targets,
      noted: (key) => pushSender.note(key),
    }),
  ];
}

/** The handlers by which rooms and people are found. */
function findingHandlers(parts: HomeserverParts, config: Config): Registration[] {
  const { aliases, published, descriptions, hierarchy, otherServers } = parts;
  const { rooms } = parts.rooms;
  const requireUser = config.public_rooms.without_auth ? undefined : tokenRequired((token) => parts.accounts.sessions.ownerOf(token));
  return [
    ...directoryHandlers({ ...parts.rooms, aliases, published, otherServers, requireUser }),
    ...roomPreviewHandlers({ rooms, descriptions, hierarchy }),
    ...userDirectoryHandlers(parts.userDirectory),
    ...mutualRoomsHandlers(rooms),
    ...thirdPartyHandlers(),
  ];
}
