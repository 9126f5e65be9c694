/**
 * The server-server API as one table of endpoints, for routers and tools.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
import type { AnyEndpoint } from "@patrix/api";
import { getEventAuth } from "./authorization/get-event-auth.ts";
import { backfillRoom } from "./backfill/backfill-room.ts";
import { getUserDevices } from "./device/get-user-devices.ts";
import { getPublicRooms } from "./directory/get-public-rooms.ts";
import { queryPublicRooms } from "./directory/query-public-rooms.ts";
import { bulkPerspectivesKeyQuery } from "./discovery/bulk-perspectives-key-query.ts";
import { getServerKey } from "./discovery/get-server-key.ts";
import { getVersion } from "./discovery/get-version.ts";
import { getWellKnown } from "./discovery/get-well-known.ts";
import { perspectivesKeyQuery } from "./discovery/perspectives-key-query.ts";
import { getEventByTimestamp } from "./event/get-event-by-timestamp.ts";
import { getEvent } from "./event/get-event.ts";
import { getMissingPreviousEvents } from "./event/get-missing-previous-events.ts";
import { getRoomStateIds } from "./event/get-room-state-ids.ts";
import { getRoomState } from "./event/get-room-state.ts";
import { claimUserEncryptionKeys } from "./keys/claim-user-encryption-keys.ts";
import { queryUserEncryptionKeys } from "./keys/query-user-encryption-keys.ts";
import { getContentThumbnail } from "./media/get-content-thumbnail.ts";
import { getContent } from "./media/get-content.ts";
import { makeJoin } from "./membership/make-join.ts";
import { makeKnock } from "./membership/make-knock.ts";
import { makeLeave } from "./membership/make-leave.ts";
import { sendInviteV1 } from "./membership/send-invite-v1.ts";
import { sendInviteV2 } from "./membership/send-invite-v2.ts";
import { sendJoinV2 } from "./membership/send-join-v2.ts";
import { sendKnock } from "./membership/send-knock.ts";
import { sendLeaveV2 } from "./membership/send-leave-v2.ts";
import { exchangeOpenIdToken } from "./openid/exchange-openid-token.ts";
import { askPolicyServerToSign } from "./policy/ask-policy-server-to-sign.ts";
import { queryInfo } from "./query/query-info.ts";
import { queryProfile } from "./query/query-profile.ts";
import { queryRoomDirectory } from "./query/query-room-directory.ts";
import { getSpaceHierarchy } from "./space/get-space-hierarchy.ts";
import { exchangeThirdPartyInvite } from "./thirdparty/exchange-third-party-invite.ts";
import { onBindThirdPartyIdentifier } from "./thirdparty/on-bind-third-party-identifier.ts";
import { sendTransaction } from "./transactions/send-transaction.ts";

/** Every endpoint of the API, for routers and tools; importing it keeps all of them in a bundle. */
export const endpoints: readonly AnyEndpoint[] = [
  getEventAuth,
  backfillRoom,
  getUserDevices,
  getPublicRooms,
  queryPublicRooms,
  bulkPerspectivesKeyQuery,
  getServerKey,
  getVersion,
  getWellKnown,
  perspectivesKeyQuery,
  getEventByTimestamp,
  getEvent,
  getMissingPreviousEvents,
  getRoomStateIds,
  getRoomState,
  claimUserEncryptionKeys,
  queryUserEncryptionKeys,
  getContentThumbnail,
  getContent,
  makeJoin,
  makeKnock,
  makeLeave,
  sendInviteV1,
  sendInviteV2,
  sendJoinV2,
  sendKnock,
  sendLeaveV2,
  exchangeOpenIdToken,
  askPolicyServerToSign,
  queryInfo,
  queryProfile,
  queryRoomDirectory,
  getSpaceHierarchy,
  exchangeThirdPartyInvite,
  onBindThirdPartyIdentifier,
  sendTransaction,
];
