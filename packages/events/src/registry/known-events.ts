import type { EventDefinition } from "./define.ts";
import { acceptedTerms } from "../account-data/accepted-terms.ts";
import {
  crossSigningMaster,
  crossSigningSelfSigning,
  crossSigningUserSigning,
  megolmBackup,
} from "../account-data/cross-signing-secrets.ts";
import { direct } from "../account-data/direct.ts";
import { fullyRead } from "../account-data/fully-read.ts";
import { identityServer } from "../account-data/identity-server.ts";
import { ignoredUserList } from "../account-data/ignored-user-list.ts";
import { imagePackRooms } from "../account-data/image-pack-rooms.ts";
import { invitePermissionConfig } from "../account-data/invite-permission-config.ts";
import { keyBackup } from "../account-data/key-backup.ts";
import { markedUnread } from "../account-data/marked-unread.ts";
import { pushRules } from "../account-data/push-rules.ts";
import { recentEmoji } from "../account-data/recent-emoji.ts";
import { secretStorageDefaultKey } from "../account-data/secret-storage-default-key.ts";
import { secretStorageKey } from "../account-data/secret-storage-key.ts";
import { tag } from "../account-data/tag.ts";
import { callAnswer } from "../call/answer.ts";
import { callCandidates } from "../call/candidates.ts";
import { callHangup } from "../call/hangup.ts";
import { callInvite } from "../call/invite.ts";
import { callNegotiate } from "../call/negotiate.ts";
import { callReject } from "../call/reject.ts";
import { callSdpStreamMetadataChanged } from "../call/sdp-stream-metadata-changed.ts";
import { callSelectAnswer } from "../call/select-answer.ts";
import { deviceListUpdateEdu } from "../edu/device-list-update.ts";
import { directToDeviceEdu } from "../edu/direct-to-device.ts";
import { presenceEdu } from "../edu/presence.ts";
import { receiptEdu } from "../edu/receipt.ts";
import { signingKeyUpdateEdu } from "../edu/signing-key-update.ts";
import { typingEdu } from "../edu/typing.ts";
import { presence } from "../ephemeral/presence.ts";
import { receipt } from "../ephemeral/receipt.ts";
import { typing } from "../ephemeral/typing.ts";
import { keyVerificationAccept, toDeviceKeyVerificationAccept } from "../key-verification/accept.ts";
import { keyVerificationCancel, toDeviceKeyVerificationCancel } from "../key-verification/cancel.ts";
import { keyVerificationDone, toDeviceKeyVerificationDone } from "../key-verification/done.ts";
import { keyVerificationKey, toDeviceKeyVerificationKey } from "../key-verification/key.ts";
import { keyVerificationMac, toDeviceKeyVerificationMac } from "../key-verification/mac.ts";
import { keyVerificationReady, toDeviceKeyVerificationReady } from "../key-verification/ready.ts";
import { toDeviceKeyVerificationRequest } from "../key-verification/request.ts";
import { keyVerificationStart, toDeviceKeyVerificationStart } from "../key-verification/start.ts";
import { policyRuleRoom } from "../policy/rule-room.ts";
import { policyRuleServer } from "../policy/rule-server.ts";
import { policyRuleUser } from "../policy/rule-user.ts";
import { roomAvatar } from "../room/avatar.ts";
import { roomCanonicalAlias } from "../room/canonical-alias.ts";
import { roomCreate } from "../room/create.ts";
import { roomEncrypted, toDeviceEncrypted } from "../room/encrypted.ts";
import { roomEncryption } from "../room/encryption.ts";
import { roomGuestAccess } from "../room/guest-access.ts";
import { roomHistoryVisibility } from "../room/history-visibility.ts";
import { roomImagePack } from "../room/image-pack.ts";
import { roomJoinRules } from "../room/join-rules.ts";
import { roomMember } from "../room/member.ts";
import { roomMessage } from "../room/message.ts";
import { roomName } from "../room/name.ts";
import { roomPinnedEvents } from "../room/pinned-events.ts";
import { roomPolicy } from "../room/policy.ts";
import { roomPowerLevels } from "../room/power-levels.ts";
import { reaction } from "../room/reaction.ts";
import { roomRedaction } from "../room/redaction.ts";
import { roomServerAcl } from "../room/server-acl.ts";
import { sticker } from "../room/sticker.ts";
import { roomThirdPartyInvite } from "../room/third-party-invite.ts";
import { roomTombstone } from "../room/tombstone.ts";
import { roomTopic } from "../room/topic.ts";
import { spaceChild } from "../space/child.ts";
import { spaceParent } from "../space/parent.ts";
import { dummy } from "../to-device/dummy.ts";
import { forwardedRoomKey } from "../to-device/forwarded-room-key.ts";
import { roomKeyBundle } from "../to-device/room-key-bundle.ts";
import { roomKeyRequest } from "../to-device/room-key-request.ts";
import { roomKeyWithheld } from "../to-device/room-key-withheld.ts";
import { roomKey } from "../to-device/room-key.ts";
import { secretRequest } from "../to-device/secret-request.ts";
import { secretSend } from "../to-device/secret-send.ts";
import { EventRegistry } from "./event-registry.ts";

let registry: EventRegistry | undefined;

/**
 * The registry of every event type that the specification defines.
 *
 * @example
 * const registry = knownEvents().extend(messageEvent("com.example.ping", PingContent));
 */
export function knownEvents(): EventRegistry {
  registry ??= new EventRegistry([
    ...messageEvents(),
    ...stateEvents(),
    ...toDeviceEvents(),
    ...accountData(),
    ...ephemeralEvents(),
    ...edus(),
  ]);
  return registry;
}

function messageEvents(): EventDefinition[] {
  return [
    callAnswer,
    callCandidates,
    callHangup,
    callInvite,
    callNegotiate,
    callReject,
    callSdpStreamMetadataChanged,
    callSelectAnswer,
    keyVerificationAccept,
    keyVerificationCancel,
    keyVerificationDone,
    keyVerificationKey,
    keyVerificationMac,
    keyVerificationReady,
    keyVerificationStart,
    roomEncrypted,
    roomMessage,
    reaction,
    roomRedaction,
    sticker,
  ];
}

function stateEvents(): EventDefinition[] {
  return [
    policyRuleRoom,
    policyRuleServer,
    policyRuleUser,
    roomAvatar,
    roomCanonicalAlias,
    roomCreate,
    roomEncryption,
    roomGuestAccess,
    roomHistoryVisibility,
    roomImagePack,
    roomJoinRules,
    roomMember,
    roomName,
    roomPinnedEvents,
    roomPolicy,
    roomPowerLevels,
    roomServerAcl,
    roomThirdPartyInvite,
    roomTombstone,
    roomTopic,
    spaceChild,
    spaceParent,
  ];
}

function toDeviceEvents(): EventDefinition[] {
  return [
    toDeviceKeyVerificationAccept,
    toDeviceKeyVerificationCancel,
    toDeviceKeyVerificationDone,
    toDeviceKeyVerificationKey,
    toDeviceKeyVerificationMac,
    toDeviceKeyVerificationReady,
    toDeviceKeyVerificationRequest,
    toDeviceKeyVerificationStart,
    toDeviceEncrypted,
    dummy,
    forwardedRoomKey,
    roomKeyBundle,
    roomKeyRequest,
    roomKeyWithheld,
    roomKey,
    secretRequest,
    secretSend,
  ];
}

function accountData(): EventDefinition[] {
  return [
    acceptedTerms,
    crossSigningMaster,
    crossSigningSelfSigning,
    crossSigningUserSigning,
    megolmBackup,
    direct,
    identityServer,
    ignoredUserList,
    imagePackRooms,
    invitePermissionConfig,
    keyBackup,
    pushRules,
    recentEmoji,
    secretStorageDefaultKey,
    secretStorageKey,
    fullyRead,
    markedUnread,
    tag,
  ];
}

function ephemeralEvents(): EventDefinition[] {
  return [presence, receipt, typing];
}

function edus(): EventDefinition[] {
  return [deviceListUpdateEdu, directToDeviceEdu, presenceEdu, receiptEdu, signingKeyUpdateEdu, typingEdu];
}
