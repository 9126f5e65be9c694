import type { EventDefinition } from "../registry/define.ts";
import { retention } from "./msc1763-retention.ts";
import { unstableMarkedUnread } from "./msc2867-marked-unread.ts";
import { spaceOrder } from "./msc3230-space-order.ts";
import { pollStart, pollResponse, pollEnd } from "./msc3381-polls.ts";
import { callMember } from "./msc3401-call-member.ts";
import { beaconInfo, beacon } from "./msc3489-beacon.ts";
import { rtcNotification } from "./msc4075-rtc-notification.ts";
import { inviteFilter } from "./msc4155-invite-filtering.ts";
import { functionalMembers } from "./msc4171-functional-members.ts";
import { mediaPreviewConfig, roomMediaPreviewConfig } from "./msc4278-media-preview-config.ts";
import { rtcDecline } from "./msc4310-rtc-decline.ts";

/**
 * The event types of proposals that are not specified.
 *
 * @example
 * const registry = knownEvents().extend(...unstableEvents());
 */
export function unstableEvents(): EventDefinition[] {
  return [
    retention,
    unstableMarkedUnread,
    spaceOrder,
    pollStart,
    pollResponse,
    pollEnd,
    callMember,
    beaconInfo,
    beacon,
    rtcNotification,
    inviteFilter,
    functionalMembers,
    mediaPreviewConfig,
    roomMediaPreviewConfig,
    rtcDecline,
  ];
}
