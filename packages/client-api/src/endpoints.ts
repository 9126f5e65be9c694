/**
 * The client-server API as one table of endpoints, for routers and tools.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
import type { AnyEndpoint } from "@patrix/api";
import { add3PID } from "./account/add-3pid.ts";
import { bind3PID } from "./account/bind-3pid.ts";
import { changePassword } from "./account/change-password.ts";
import { checkUsernameAvailability } from "./account/check-username-availability.ts";
import { deactivateAccount } from "./account/deactivate-account.ts";
import { delete3pidFromAccount } from "./account/delete-3pid-from-account.ts";
import { getAccount3PIDs } from "./account/get-account-3pids.ts";
import { getTokenOwner } from "./account/get-token-owner.ts";
import { post3PIDs } from "./account/post-3pids.ts";
import { register } from "./account/register.ts";
import { registrationTokenValidity } from "./account/registration-token-validity.ts";
import { requestOpenIdToken } from "./account/request-openid-token.ts";
import { requestTokenTo3PIDEmail } from "./account/request-token-to-3pid-email.ts";
import { requestTokenTo3PIDMSISDN } from "./account/request-token-to-3pid-msisdn.ts";
import { requestTokenToRegisterEmail } from "./account/request-token-to-register-email.ts";
import { requestTokenToRegisterMSISDN } from "./account/request-token-to-register-msisdn.ts";
import { requestTokenToResetPasswordEmail } from "./account/request-token-to-reset-password-email.ts";
import { requestTokenToResetPasswordMSISDN } from "./account/request-token-to-reset-password-msisdn.ts";
import { unbind3pidFromAccount } from "./account/unbind-3pid-from-account.ts";
import { getAdminLockUser } from "./admin/get-admin-lock-user.ts";
import { getAdminSuspendUser } from "./admin/get-admin-suspend-user.ts";
import { getWhoIs } from "./admin/get-who-is.ts";
import { setAdminLockUser } from "./admin/set-admin-lock-user.ts";
import { setAdminSuspendUser } from "./admin/set-admin-suspend-user.ts";
import { deleteRoomAlias } from "./alias/delete-room-alias.ts";
import { getRoomIdByAlias } from "./alias/get-room-id-by-alias.ts";
import { setRoomAlias } from "./alias/set-room-alias.ts";
import { pingAppservice } from "./appservice/ping-appservice.ts";
import { updateAppserviceRoomDirectoryVisibility } from "./appservice/update-appservice-room-directory-visibility.ts";
import { getConfigAuthed } from "./authenticated-media/get-config-authed.ts";
import { getContentAuthed } from "./authenticated-media/get-content-authed.ts";
import { getContentOverrideNameAuthed } from "./authenticated-media/get-content-override-name-authed.ts";
import { getContentThumbnailAuthed } from "./authenticated-media/get-content-thumbnail-authed.ts";
import { getUrlPreviewAuthed } from "./authenticated-media/get-url-preview-authed.ts";
import { deleteRoomKeyBySessionId } from "./backup/delete-room-key-by-session-id.ts";
import { deleteRoomKeysByRoomId } from "./backup/delete-room-keys-by-room-id.ts";
import { deleteRoomKeysVersion } from "./backup/delete-room-keys-version.ts";
import { deleteRoomKeys } from "./backup/delete-room-keys.ts";
import { getRoomKeyBySessionId } from "./backup/get-room-key-by-session-id.ts";
import { getRoomKeysByRoomId } from "./backup/get-room-keys-by-room-id.ts";
import { getRoomKeysVersionCurrent } from "./backup/get-room-keys-version-current.ts";
import { getRoomKeysVersion } from "./backup/get-room-keys-version.ts";
import { getRoomKeys } from "./backup/get-room-keys.ts";
import { postRoomKeysVersion } from "./backup/post-room-keys-version.ts";
import { putRoomKeyBySessionId } from "./backup/put-room-key-by-session-id.ts";
import { putRoomKeysByRoomId } from "./backup/put-room-keys-by-room-id.ts";
import { putRoomKeysVersion } from "./backup/put-room-keys-version.ts";
import { putRoomKeys } from "./backup/put-room-keys.ts";
import { getAccountDataPerRoom } from "./config/get-account-data-per-room.ts";
import { getAccountData } from "./config/get-account-data.ts";
import { setAccountDataPerRoom } from "./config/set-account-data-per-room.ts";
import { setAccountData } from "./config/set-account-data.ts";
import { getEventContext } from "./context/get-event-context.ts";
import { deleteDevice } from "./device/delete-device.ts";
import { deleteDevices } from "./device/delete-devices.ts";
import { getDevice } from "./device/get-device.ts";
import { getDevices } from "./device/get-devices.ts";
import { updateDevice } from "./device/update-device.ts";
import { getPublicRooms } from "./directory/get-public-rooms.ts";
import { getRoomVisibilityOnDirectory } from "./directory/get-room-visibility-on-directory.ts";
import { queryPublicRooms } from "./directory/query-public-rooms.ts";
import { setRoomVisibilityOnDirectory } from "./directory/set-room-visibility-on-directory.ts";
import { getAuthMetadata } from "./discovery/get-auth-metadata.ts";
import { getCapabilities } from "./discovery/get-capabilities.ts";
import { getVersions } from "./discovery/get-versions.ts";
import { getWellknownSupport } from "./discovery/get-well-known-support.ts";
import { getWellknownPolicy } from "./discovery/get-wellknown-policy.ts";
import { getWellknown } from "./discovery/get-wellknown.ts";
import { defineFilter } from "./filter/define-filter.ts";
import { getFilter } from "./filter/get-filter.ts";
import { claimKeys } from "./keys/claim-keys.ts";
import { getKeysChanges } from "./keys/get-keys-changes.ts";
import { queryKeys } from "./keys/query-keys.ts";
import { uploadCrossSigningKeys } from "./keys/upload-cross-signing-keys.ts";
import { uploadCrossSigningSignatures } from "./keys/upload-cross-signing-signatures.ts";
import { uploadKeys } from "./keys/upload-keys.ts";
import { createContent } from "./media/create-content.ts";
import { getConfig } from "./media/get-config.ts";
import { getContentOverrideName } from "./media/get-content-override-name.ts";
import { getContentThumbnail } from "./media/get-content-thumbnail.ts";
import { getContent } from "./media/get-content.ts";
import { getUrlPreview } from "./media/get-url-preview.ts";
import { uploadContentToMXC } from "./media/upload-content-to-mxc.ts";
import { uploadContent } from "./media/upload-content.ts";
import { ban } from "./membership/ban.ts";
import { forgetRoom } from "./membership/forget-room.ts";
import { getJoinedMembersByRoom } from "./membership/get-joined-members-by-room.ts";
import { getJoinedRooms } from "./membership/get-joined-rooms.ts";
import { getMembersByRoom } from "./membership/get-members-by-room.ts";
import { getMutualRooms } from "./membership/get-mutual-rooms.ts";
import { inviteBy3PID } from "./membership/invite-by-3pid.ts";
import { inviteUser } from "./membership/invite-user.ts";
import { joinRoomById } from "./membership/join-room-by-id.ts";
import { joinRoom } from "./membership/join-room.ts";
import { kick } from "./membership/kick.ts";
import { knockRoom } from "./membership/knock-room.ts";
import { leaveRoom } from "./membership/leave-room.ts";
import { unban } from "./membership/unban.ts";
import { getRoomEvents } from "./message/get-room-events.ts";
import { sendMessage } from "./message/send-message.ts";
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
import { postPusher } from "./push/post-pusher.ts";
import { setPushRuleActions } from "./push/set-push-rule-actions.ts";
import { setPushRuleEnabled } from "./push/set-push-rule-enabled.ts";
import { setPushRule } from "./push/set-push-rule.ts";
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
import { getOneRoomEvent } from "./room/get-one-room-event.ts";
import { getRoomSummary } from "./room/get-room-summary.ts";
import { reportEvent } from "./room/report-event.ts";
import { reportRoom } from "./room/report-room.ts";
import { upgradeRoom } from "./room/upgrade-room.ts";
import { search } from "./search/search.ts";
import { generateLoginToken } from "./session/generate-login-token.ts";
import { getLoginFlows } from "./session/get-login-flows.ts";
import { login } from "./session/login.ts";
import { logoutAll } from "./session/logout-all.ts";
import { logout } from "./session/logout.ts";
import { redirectToIdP } from "./session/redirect-to-idp.ts";
import { redirectToSSO } from "./session/redirect-to-sso.ts";
import { refreshToken } from "./session/refresh-token.ts";
import { getSpaceHierarchy } from "./space/get-space-hierarchy.ts";
import { getRoomStateWithKey } from "./state/get-room-state-with-key.ts";
import { getRoomState } from "./state/get-room-state.ts";
import { setRoomStateWithKey } from "./state/set-room-state-with-key.ts";
import { sync } from "./sync/sync.ts";
import { deleteRoomTag } from "./tag/delete-room-tag.ts";
import { getRoomTags } from "./tag/get-room-tags.ts";
import { setRoomTag } from "./tag/set-room-tag.ts";
import { getProtocolMetadata } from "./thirdparty/get-protocol-metadata.ts";
import { getProtocols } from "./thirdparty/get-protocols.ts";
import { queryLocationByAlias } from "./thirdparty/query-location-by-alias.ts";
import { queryLocationByProtocol } from "./thirdparty/query-location-by-protocol.ts";
import { queryUserByID } from "./thirdparty/query-user-by-id.ts";
import { queryUserByProtocol } from "./thirdparty/query-user-by-protocol.ts";
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
  checkUsernameAvailability,
  deactivateAccount,
  delete3pidFromAccount,
  getAccount3PIDs,
  getTokenOwner,
  post3PIDs,
  register,
  registrationTokenValidity,
  requestOpenIdToken,
  requestTokenTo3PIDEmail,
  requestTokenTo3PIDMSISDN,
  requestTokenToRegisterEmail,
  requestTokenToRegisterMSISDN,
  requestTokenToResetPasswordEmail,
  requestTokenToResetPasswordMSISDN,
  unbind3pidFromAccount,
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
  getConfigAuthed,
  getContentAuthed,
  getContentOverrideNameAuthed,
  getContentThumbnailAuthed,
  getUrlPreviewAuthed,
  deleteRoomKeyBySessionId,
  deleteRoomKeysByRoomId,
  deleteRoomKeysVersion,
  deleteRoomKeys,
  getRoomKeyBySessionId,
  getRoomKeysByRoomId,
  getRoomKeysVersionCurrent,
  getRoomKeysVersion,
  getRoomKeys,
  postRoomKeysVersion,
  putRoomKeyBySessionId,
  putRoomKeysByRoomId,
  putRoomKeysVersion,
  putRoomKeys,
  getAccountDataPerRoom,
  getAccountData,
  setAccountDataPerRoom,
  setAccountData,
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
  getWellknownSupport,
  getWellknownPolicy,
  getWellknown,
  defineFilter,
  getFilter,
  claimKeys,
  getKeysChanges,
  queryKeys,
  uploadCrossSigningKeys,
  uploadCrossSigningSignatures,
  uploadKeys,
  createContent,
  getConfig,
  getContentOverrideName,
  getContentThumbnail,
  getContent,
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
  joinRoomById,
  joinRoom,
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
  postPusher,
  setPushRuleActions,
  setPushRuleEnabled,
  setPushRule,
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
  getRoomStateWithKey,
  getRoomState,
  setRoomStateWithKey,
  sync,
  deleteRoomTag,
  getRoomTags,
  setRoomTag,
  getProtocolMetadata,
  getProtocols,
  queryLocationByAlias,
  queryLocationByProtocol,
  queryUserByID,
  queryUserByProtocol,
  getThreadRoots,
  sendToDevice,
  setTyping,
  searchUserDirectory,
  getTurnServer,
];
