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
import { deviceListUpdateEdu } from "../edu/device-list-update.ts";
import { directToDeviceEdu } from "../edu/direct-to-device.ts";
import { presenceEdu } from "../edu/presence.ts";
import { receiptEdu } from "../edu/receipt.ts";
import { signingKeyUpdateEdu } from "../edu/signing-key-update.ts";
import { typingEdu } from "../edu/typing.ts";
import { presence } from "../ephemeral/presence.ts";
import { receipt } from "../ephemeral/receipt.ts";
import { typing } from "../ephemeral/typing.ts";
import { toDeviceKeyVerificationAccept } from "../key-verification/accept.ts";
import { toDeviceKeyVerificationCancel } from "../key-verification/cancel.ts";
import { toDeviceKeyVerificationDone } from "../key-verification/done.ts";
import { toDeviceKeyVerificationKey } from "../key-verification/key.ts";
import { toDeviceKeyVerificationMac } from "../key-verification/mac.ts";
import { toDeviceKeyVerificationReady } from "../key-verification/ready.ts";
import { toDeviceKeyVerificationRequest } from "../key-verification/request.ts";
import { toDeviceKeyVerificationStart } from "../key-verification/start.ts";
import { toDeviceEncrypted } from "../room/encrypted.ts";
import { dummy } from "../to-device/dummy.ts";
import { forwardedRoomKey } from "../to-device/forwarded-room-key.ts";
import { roomKeyBundle } from "../to-device/room-key-bundle.ts";
import { roomKeyRequest } from "../to-device/room-key-request.ts";
import { roomKeyWithheld } from "../to-device/room-key-withheld.ts";
import { roomKey } from "../to-device/room-key.ts";
import { secretRequest } from "../to-device/secret-request.ts";
import { secretSend } from "../to-device/secret-send.ts";
import type { EventRegistry } from "./event-registry.ts";
import { roomEvents } from "./room-events.ts";

let registry: EventRegistry | undefined;

/**
 * The registry of every event type that the specification defines.
 *
 * @example
 * const registry = knownEvents().extend(messageEvent("com.example.ping", PingContent));
 */
export function knownEvents(): EventRegistry {
  registry ??= roomEvents().extend(...toDeviceEvents(), ...accountData(), ...ephemeralEvents(), ...edus());
  return registry;
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
