import type { OperationId } from "@patrix/client-api";
import {
  deleteAccountData,
  deleteAccountDataPerRoom,
  getDelayedEvent,
  getDelayedEvents,
  sendDelayedEvent,
  sendDelayedMessageEvent,
  sendDelayedStateEvent,
  sendStickyMessage,
  setStickyState,
  updateDelayedEvent,
  updateDelayedEventByAction,
} from "@patrix/client-api/unstable";

/** What the specification lets guests do. */
const specified: readonly OperationId[] = [
  "getRoomState",
  "getEventContext",
  "getOneRoomEvent",
  "getRoomStateWithKey",
  "getRoomEvents",
  "getMembersByRoom",
  "roomInitialSync",
  "sync",
  "getEvents",
  "peekEvents",
  "getContentAuthed",
  "getContentOverrideNameAuthed",
  "getContentThumbnailAuthed",
  "joinRoomById",
  "leaveRoom",
  "sendMessage",
  "setRoomStateWithKey",
  "sendToDevice",
  "setProfileField",
  "getDevices",
  "getDevice",
  "updateDevice",
  "getTokenOwner",
  "uploadKeys",
  "queryKeys",
  "claimKeys",
];

/** What their clients ask for besides: how a session begins and ends, what they have seen, and how they find a room. */
const alsoAllowed: readonly OperationId[] = [
  "initialSync",
  "getVersions",
  "logout",
  "logout_all",
  "getCapabilities",
  "getTurnServer",
  "getConfigAuthed",
  "defineFilter",
  "getFilter",
  "getPushRules",
  "getPushRulesGlobal",
  "getAccountData",
  "setAccountData",
  "getAccountDataPerRoom",
  "setAccountDataPerRoom",
  "getRoomTags",
  "getKeysChanges",
  "getUserProfile",
  "getProfileField",
  "getJoinedRooms",
  "getJoinedMembersByRoom",
  "joinRoom",
  "getRoomIdByAlias",
  "getPublicRooms",
  "queryPublicRooms",
  "getRoomSummary",
  "setTyping",
  "postReceipt",
  "setReadMarker",
  "getRelatingEvents",
  "getRelatingEventsWithRelType",
  "getRelatingEventsWithRelTypeAndEventType",
  "getThreadRoots",
];

/** What they take part in calls with, and remove what they have set, by open proposals. */
const proposed: readonly string[] = [
  deleteAccountData,
  deleteAccountDataPerRoom,
  sendDelayedMessageEvent,
  sendDelayedStateEvent,
  sendDelayedEvent,
  getDelayedEvents,
  getDelayedEvent,
  updateDelayedEvent,
  updateDelayedEventByAction,
  sendStickyMessage,
  setStickyState,
].map(({ id }) => id);

/**
 * The operations that guest accounts may use.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#client-behaviour-12}
 */
export const guestOperations: ReadonlySet<string> = new Set([
  ...specified,
  ...alsoAllowed,
  ...proposed,
  "simplifiedMsc3575Sync",
  "slidingSync",
]);
