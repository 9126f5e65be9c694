/**
 * The client-server API as one table of endpoints, for routers and tools.
 *
 * @packageDocumentation
 */
import type { AnyEndpoint } from "@patrix/api";
import { add3PID } from "./account/add-3pid.ts";
import { bind3PID } from "./account/bind-3pid.ts";
import { changePassword } from "./account/change-password.ts";
import { registrationTokenValidity } from "./account/check-registration-token-validity.ts";
import { checkUsernameAvailability } from "./account/check-username-availability.ts";
import { deactivateAccount } from "./account/deactivate-account.ts";
import { delete3pidFromAccount } from "./account/delete-3pid.ts";
import { getAccount3PIDs } from "./account/get-3pids.ts";
import { post3PIDs } from "./account/post-3pids.ts";
import { register } from "./account/register.ts";
import { requestTokenTo3PIDEmail } from "./account/request-3pid-email-token.ts";
import { requestTokenTo3PIDMSISDN } from "./account/request-3pid-msisdn-token.ts";
import { requestOpenIdToken } from "./account/request-openid-token.ts";
import { requestTokenToResetPasswordEmail } from "./account/request-password-reset-email-token.ts";
import { requestTokenToResetPasswordMSISDN } from "./account/request-password-reset-msisdn-token.ts";
import { requestTokenToRegisterEmail } from "./account/request-registration-email-token.ts";
import { requestTokenToRegisterMSISDN } from "./account/request-registration-msisdn-token.ts";
import { unbind3pidFromAccount } from "./account/unbind-3pid.ts";
import { getTokenOwner } from "./account/whoami.ts";
import { getAdminLockUser } from "./admin/get-locked.ts";
import { getAdminSuspendUser } from "./admin/get-suspended.ts";
import { getWhoIs } from "./admin/get-who-is.ts";
import { setAdminLockUser } from "./admin/set-locked.ts";
import { setAdminSuspendUser } from "./admin/set-suspended.ts";
import { deleteRoomAlias } from "./alias/delete-room-alias.ts";
import { getRoomIdByAlias } from "./alias/get-room-id-by-alias.ts";
import { setRoomAlias } from "./alias/set-room-alias.ts";
import { pingAppservice } from "./appservice/ping-appservice.ts";
import { updateAppserviceRoomDirectoryVisibility } from "./appservice/set-appservice-room-visibility.ts";
import { getContentOverrideNameAuthed } from "./authenticated-media/get-content-as-filename.ts";
import { getContentThumbnailAuthed } from "./authenticated-media/get-content-thumbnail.ts";
import { getContentAuthed } from "./authenticated-media/get-content.ts";
import { getConfigAuthed } from "./authenticated-media/get-media-config.ts";
import { getUrlPreviewAuthed } from "./authenticated-media/get-url-preview.ts";
import { putRoomKeyBySessionId } from "./backup/add-backup-key-for-session.ts";
import { putRoomKeysByRoomId } from "./backup/add-backup-keys-for-room.ts";
import { putRoomKeys } from "./backup/add-backup-keys.ts";
import { postRoomKeysVersion } from "./backup/create-backup-version.ts";
import { deleteRoomKeyBySessionId } from "./backup/delete-backup-key-for-session.ts";
import { deleteRoomKeysByRoomId } from "./backup/delete-backup-keys-for-room.ts";
import { deleteRoomKeys } from "./backup/delete-backup-keys.ts";
import { deleteRoomKeysVersion } from "./backup/delete-backup-version.ts";
import { getRoomKeyBySessionId } from "./backup/get-backup-key-for-session.ts";
import { getRoomKeysByRoomId } from "./backup/get-backup-keys-for-room.ts";
import { getRoomKeys } from "./backup/get-backup-keys.ts";
import { getRoomKeysVersion } from "./backup/get-backup-version.ts";
import { getRoomKeysVersionCurrent } from "./backup/get-latest-backup-version.ts";
import { putRoomKeysVersion } from "./backup/update-backup-version.ts";
import { getAccountData } from "./config/get-global-account-data.ts";
import { getAccountDataPerRoom } from "./config/get-room-account-data.ts";
import { setAccountData } from "./config/set-global-account-data.ts";
import { setAccountDataPerRoom } from "./config/set-room-account-data.ts";
import { getEventContext } from "./context/get-event-context.ts";
import { deleteDevice } from "./device/delete-device.ts";
import { deleteDevices } from "./device/delete-devices.ts";
import { getDevice } from "./device/get-device.ts";
import { getDevices } from "./device/get-devices.ts";
import { updateDevice } from "./device/update-device.ts";
import { getPublicRooms } from "./directory/get-public-rooms.ts";
import { getRoomVisibilityOnDirectory } from "./directory/get-room-visibility.ts";
import { queryPublicRooms } from "./directory/query-public-rooms.ts";
import { setRoomVisibilityOnDirectory } from "./directory/set-room-visibility.ts";
import { getAuthMetadata } from "./discovery/get-auth-metadata.ts";
import { getCapabilities } from "./discovery/get-capabilities.ts";
import { getVersions } from "./discovery/get-supported-versions.ts";
import { getWellknown } from "./discovery/get-well-known-client.ts";
import { getWellknownPolicy } from "./discovery/get-well-known-policy-server.ts";
import { getWellknownSupport } from "./discovery/get-well-known-support.ts";
import { defineFilter } from "./filter/define-filter.ts";
import { getFilter } from "./filter/get-filter.ts";
import { claimKeys } from "./keys/claim-keys.ts";
import { getKeysChanges } from "./keys/get-key-changes.ts";
import { queryKeys } from "./keys/query-keys.ts";
import { uploadCrossSigningKeys } from "./keys/upload-cross-signing-keys.ts";
import { uploadCrossSigningSignatures } from "./keys/upload-cross-signing-signatures.ts";
import { uploadKeys } from "./keys/upload-keys.ts";
import { createContent } from "./media/create-content.ts";
import { getContentOverrideName } from "./media/get-content-as-filename.ts";
import { getContentThumbnail } from "./media/get-content-thumbnail.ts";
import { getContent } from "./media/get-content.ts";
import { getConfig } from "./media/get-media-config.ts";
import { getUrlPreview } from "./media/get-url-preview.ts";
import { uploadContentToMXC } from "./media/upload-content-to-mxc.ts";
import { uploadContent } from "./media/upload-content.ts";
import { ban } from "./membership/ban-user.ts";
import { forgetRoom } from "./membership/forget-room.ts";
import { getJoinedMembersByRoom } from "./membership/get-joined-members.ts";
import { getJoinedRooms } from "./membership/get-joined-rooms.ts";
import { getMembersByRoom } from "./membership/get-members.ts";
import { getMutualRooms } from "./membership/get-mutual-rooms.ts";
import { inviteBy3PID } from "./membership/invite-by-3pid.ts";
import { inviteUser } from "./membership/invite-user.ts";
import { joinRoom } from "./membership/join-room-by-id-or-alias.ts";
import { joinRoomById } from "./membership/join-room-by-id.ts";
import { kick } from "./membership/kick-user.ts";
import { knockRoom } from "./membership/knock-room.ts";
import { leaveRoom } from "./membership/leave-room.ts";
import { unban } from "./membership/unban-user.ts";
import { getRoomEvents } from "./message/get-room-events.ts";
import { sendMessage } from "./message/send-message-event.ts";
import { getEvents } from "./peeking/get-events.ts";
import { getOneEvent } from "./peeking/get-one-event.ts";
import { initialSync } from "./peeking/initial-sync.ts";
import { peekEvents } from "./peeking/peek-events.ts";
import { roomInitialSync } from "./peeking/room-initial-sync.ts";
import { getPresence } from "./presence/get-presence.ts";
import { setPresence } from "./presence/set-presence.ts";
import { deleteProfileField } from "./profile/delete-profile-field.ts";
import { getProfileField } from "./profile/get-profile-field.ts";
import { getUserProfile } from "./profile/get-user-profile.ts";
import { setProfileField } from "./profile/set-profile-field.ts";
import { deletePushRule } from "./push/delete-push-rule.ts";
import { getNotifications } from "./push/get-notifications.ts";
import { getPushRuleActions } from "./push/get-push-rule-actions.ts";
import { getPushRule } from "./push/get-push-rule.ts";
import { getPushRulesGlobal } from "./push/get-push-rules-global.ts";
import { getPushRules } from "./push/get-push-rules.ts";
import { getPushers } from "./push/get-pushers.ts";
import { isPushRuleEnabled } from "./push/is-push-rule-enabled.ts";
import { setPushRuleActions } from "./push/set-push-rule-actions.ts";
import { setPushRuleEnabled } from "./push/set-push-rule-enabled.ts";
import { setPushRule } from "./push/set-push-rule.ts";
import { postPusher } from "./push/set-pusher.ts";
import { setReadMarker } from "./read-marker/set-read-marker.ts";
import { postReceipt } from "./receipt/post-receipt.ts";
import { redactEvent } from "./redact/redact-event.ts";
import { getRelatingEventsWithRelTypeAndEventType } from "./relations/get-relating-events-with-rel-type-and-event-type.ts";
import { getRelatingEventsWithRelType } from "./relations/get-relating-events-with-rel-type.ts";
import { getRelatingEvents } from "./relations/get-relating-events.ts";
import { reportUser } from "./reporting/report-user.ts";
import { createRoom } from "./room/create-room.ts";
import { getEventByTimestamp } from "./room/get-event-by-timestamp.ts";
import { getLocalAliases } from "./room/get-local-aliases.ts";
import { getOneRoomEvent } from "./room/get-room-event.ts";
import { getRoomSummary } from "./room/get-room-summary.ts";
import { reportEvent } from "./room/report-event.ts";
import { reportRoom } from "./room/report-room.ts";
import { upgradeRoom } from "./room/upgrade-room.ts";
import { search } from "./search/search-events.ts";
import { generateLoginToken } from "./session/generate-login-token.ts";
import { getLoginFlows } from "./session/get-login-flows.ts";
import { login } from "./session/login.ts";
import { logoutAll } from "./session/logout-all.ts";
import { logout } from "./session/logout.ts";
import { redirectToIdP } from "./session/redirect-to-identity-provider.ts";
import { redirectToSSO } from "./session/redirect-to-sso.ts";
import { refreshToken } from "./session/refresh-token.ts";
import { getSpaceHierarchy } from "./space/get-hierarchy.ts";
import { getRoomState } from "./state/get-room-state.ts";
import { getRoomStateWithKey } from "./state/get-state-event.ts";
import { setRoomStateWithKey } from "./state/send-state-event.ts";
import { sync } from "./sync/sync-events.ts";
import { deleteRoomTag } from "./tag/delete-tag.ts";
import { getRoomTags } from "./tag/get-tags.ts";
import { setRoomTag } from "./tag/set-tag.ts";
import { queryLocationByProtocol } from "./thirdparty/get-location-for-protocol.ts";
import { queryLocationByAlias } from "./thirdparty/get-location-for-room-alias.ts";
import { getProtocolMetadata } from "./thirdparty/get-protocol.ts";
import { getProtocols } from "./thirdparty/get-protocols.ts";
import { queryUserByProtocol } from "./thirdparty/get-user-for-protocol.ts";
import { queryUserByID } from "./thirdparty/get-user-for-user-id.ts";
import { getThreadRoots } from "./threads/get-thread-roots.ts";
import { sendToDevice } from "./to-device/send-to-device.ts";
import { setTyping } from "./typing/set-typing.ts";
import { searchUserDirectory } from "./user-directory/search-user-directory.ts";
import { getTurnServer } from "./voip/get-turn-server.ts";

/** Every endpoint of the API, for routers and tools; importing it keeps all of them in a bundle. */
export const endpoints: readonly AnyEndpoint[] = [
  add3PID,
  bind3PID,
  changePassword,
  registrationTokenValidity,
  checkUsernameAvailability,
  deactivateAccount,
  delete3pidFromAccount,
  getAccount3PIDs,
  post3PIDs,
  register,
  requestTokenTo3PIDEmail,
  requestTokenTo3PIDMSISDN,
  requestOpenIdToken,
  requestTokenToResetPasswordEmail,
  requestTokenToResetPasswordMSISDN,
  requestTokenToRegisterEmail,
  requestTokenToRegisterMSISDN,
  unbind3pidFromAccount,
  getTokenOwner,
  getAdminLockUser,
  getAdminSuspendUser,
  getWhoIs,
  setAdminLockUser,
  setAdminSuspendUser,
  deleteRoomAlias,
  getRoomIdByAlias,
  setRoomAlias,
  pingAppservice,
  updateAppserviceRoomDirectoryVisibility,
  getContentOverrideNameAuthed,
  getContentThumbnailAuthed,
  getContentAuthed,
  getConfigAuthed,
  getUrlPreviewAuthed,
  putRoomKeyBySessionId,
  putRoomKeysByRoomId,
  putRoomKeys,
  postRoomKeysVersion,
  deleteRoomKeyBySessionId,
  deleteRoomKeysByRoomId,
  deleteRoomKeys,
  deleteRoomKeysVersion,
  getRoomKeyBySessionId,
  getRoomKeysByRoomId,
  getRoomKeys,
  getRoomKeysVersion,
  getRoomKeysVersionCurrent,
  putRoomKeysVersion,
  getAccountData,
  getAccountDataPerRoom,
  setAccountData,
  setAccountDataPerRoom,
  getEventContext,
  deleteDevice,
  deleteDevices,
  getDevice,
  getDevices,
  updateDevice,
  getPublicRooms,
  getRoomVisibilityOnDirectory,
  queryPublicRooms,
  setRoomVisibilityOnDirectory,
  getAuthMetadata,
  getCapabilities,
  getVersions,
  getWellknown,
  getWellknownPolicy,
  getWellknownSupport,
  defineFilter,
  getFilter,
  claimKeys,
  getKeysChanges,
  queryKeys,
  uploadCrossSigningKeys,
  uploadCrossSigningSignatures,
  uploadKeys,
  createContent,
  getContentOverrideName,
  getContentThumbnail,
  getContent,
  getConfig,
  getUrlPreview,
  uploadContentToMXC,
  uploadContent,
  ban,
  forgetRoom,
  getJoinedMembersByRoom,
  getJoinedRooms,
  getMembersByRoom,
  getMutualRooms,
  inviteBy3PID,
  inviteUser,
  joinRoom,
  joinRoomById,
  kick,
  knockRoom,
  leaveRoom,
  unban,
  getRoomEvents,
  sendMessage,
  getEvents,
  getOneEvent,
  initialSync,
  peekEvents,
  roomInitialSync,
  getPresence,
  setPresence,
  deleteProfileField,
  getProfileField,
  getUserProfile,
  setProfileField,
  deletePushRule,
  getNotifications,
  getPushRuleActions,
  getPushRule,
  getPushRulesGlobal,
  getPushRules,
  getPushers,
  isPushRuleEnabled,
  setPushRuleActions,
  setPushRuleEnabled,
  setPushRule,
  postPusher,
  setReadMarker,
  postReceipt,
  redactEvent,
  getRelatingEventsWithRelTypeAndEventType,
  getRelatingEventsWithRelType,
  getRelatingEvents,
  reportUser,
  createRoom,
  getEventByTimestamp,
  getLocalAliases,
  getOneRoomEvent,
  getRoomSummary,
  reportEvent,
  reportRoom,
  upgradeRoom,
  search,
  generateLoginToken,
  getLoginFlows,
  login,
  logoutAll,
  logout,
  redirectToIdP,
  redirectToSSO,
  refreshToken,
  getSpaceHierarchy,
  getRoomState,
  getRoomStateWithKey,
  setRoomStateWithKey,
  sync,
  deleteRoomTag,
  getRoomTags,
  setRoomTag,
  queryLocationByProtocol,
  queryLocationByAlias,
  getProtocolMetadata,
  getProtocols,
  queryUserByProtocol,
  queryUserByID,
  getThreadRoots,
  sendToDevice,
  setTyping,
  searchUserDirectory,
  getTurnServer,
];
