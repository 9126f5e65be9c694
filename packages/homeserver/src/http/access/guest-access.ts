import type { OperationId } from "@patrix/client-api";

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

/**
 * The operations that guest accounts may use.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#client-behaviour-12}
 */
export const guestOperations: ReadonlySet<string> = new Set([...specified, ...alsoAllowed]);
