import { isJsonObject } from "@patrix/api";
import { validServers } from "./valid-servers.ts";

/** The parts of an `m.space.parent` that decide whether it counts. */
export interface ParentClaim {
  readonly sender: string;
  readonly content: object;
}

/** What a reader sees of the space that a room names as its parent. */
export interface ClaimedSpace {
  /** Content of the space's `m.space.child` for the room; absent where it has none. */
  readonly child?: object | undefined;
  /** Whether a user may send a type of state event in the space, such as `can.sendState` of `PowerLevels` tells. */
  readonly maySendState: (userId: string, type: string) => boolean;
}

/**
 * Whether an `m.space.parent` counts: the space lists the room, or the event's sender could list it. One that does not count is ignored,
 * since any room can claim any space.
 *
 * @param space - `undefined` where the reader cannot see the state of the space.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mspaceparent-relationships}
 * @example
 * isConfirmedParent(event, { child: space.state("m.space.child", roomId)?.content, maySendState: levels.can.sendState });
 */
export function isConfirmedParent(claim: ParentClaim, space: ClaimedSpace | undefined): boolean {
  if (space === undefined || !hasServers(claim.content)) return false;
  return hasServers(space.child) || space.maySendState(claim.sender, "m.space.child");
}

/** A relation of rooms and spaces ends by leaving out the servers to join through. */
function hasServers(content: object | undefined): boolean {
  return isJsonObject(content) && validServers(content["via"]).length > 0;
}
