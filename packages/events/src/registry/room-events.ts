import type { EventDefinition } from "./define.ts";
import { callAnswer } from "../call/answer.ts";
import { callCandidates } from "../call/candidates.ts";
import { callHangup } from "../call/hangup.ts";
import { callInvite } from "../call/invite.ts";
import { callNegotiate } from "../call/negotiate.ts";
import { callReject } from "../call/reject.ts";
import { callSdpStreamMetadataChanged } from "../call/sdp-stream-metadata-changed.ts";
import { callSelectAnswer } from "../call/select-answer.ts";
import { keyVerificationAccept } from "../key-verification/accept.ts";
import { keyVerificationCancel } from "../key-verification/cancel.ts";
import { keyVerificationDone } from "../key-verification/done.ts";
import { keyVerificationKey } from "../key-verification/key.ts";
import { keyVerificationMac } from "../key-verification/mac.ts";
import { keyVerificationReady } from "../key-verification/ready.ts";
import { keyVerificationStart } from "../key-verification/start.ts";
import { policyRuleRoom } from "../policy/rule-room.ts";
import { policyRuleServer } from "../policy/rule-server.ts";
import { policyRuleUser } from "../policy/rule-user.ts";
import { roomAvatar } from "../room/avatar.ts";
import { roomCanonicalAlias } from "../room/canonical-alias.ts";
import { roomCreate } from "../room/create.ts";
import { roomEncrypted } from "../room/encrypted.ts";
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
import { EventRegistry } from "./event-registry.ts";

let registry: EventRegistry | undefined;

/** The registry of every message-like event and state event that the specification defines: what rooms consist of. */
export function roomEvents(): EventRegistry {
  registry ??= new EventRegistry([...messageEvents(), ...stateEvents()]);
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
