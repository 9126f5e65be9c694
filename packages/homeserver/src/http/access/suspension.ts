import { matrixError } from "@patrix/api";
import type { OperationId } from "@patrix/client-api";
import {
  sendDelayedEvent,
  sendDelayedMessageEvent,
  sendDelayedStateEvent,
  sendStickyMessage,
  setStickyState,
} from "@patrix/client-api/unstable";
import type { Requester } from "./requester.ts";

/** What others would hear of. */
const specified: readonly OperationId[] = [
  "createRoom",
  "upgradeRoom",
  "joinRoom",
  "joinRoomById",
  "knockRoom",
  "inviteUser",
  "kick",
  "ban",
  "unban",
  "sendMessage",
  "setRoomStateWithKey",
  "setTyping",
  "setProfileField",
  "deleteProfileField",
  "setRoomAlias",
  "deleteRoomAlias",
  "setRoomVisibilityOnDirectory",
  "uploadContent",
  "uploadContentToMXC",
  "createContent",
];

const refused: ReadonlySet<string> = new Set([
  ...specified,
  ...[sendDelayedEvent, sendDelayedMessageEvent, sendDelayedStateEvent, sendStickyMessage, setStickyState].map(({ id }) => id),
]);

/**
 * Checks that a suspended account does only what others do not hear of: it reads, leaves rooms, redacts its own events, and logs out.
 *
 * @throws {MatrixError} `M_USER_SUSPENDED`.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#account-suspension}
 */
export function requireUnsuspended({ isSuspended }: Requester, operationId: string): void {
  if (isSuspended && refused.has(operationId)) throw matrixError("M_USER_SUSPENDED", "an administrator has suspended the account");
}
