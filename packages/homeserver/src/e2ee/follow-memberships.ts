import { type BackgroundFailure, inBackground } from "../background.ts";
import { isLocalUser } from "../log/core.ts";
import type { DevicesOfOthers } from "../other-servers.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { DeviceLists } from "./device-lists.ts";
import type { StaleDeviceLists } from "./stale-device-lists.ts";

/** What follows the memberships of rooms. */
export interface MembershipFollowers {
  readonly lists: DeviceLists;
  readonly stale: StaleDeviceLists;
  readonly others: DevicesOfOthers;
  readonly failed: BackgroundFailure;
}

/** Tells the servers of a room of the devices of whoever has joined it, and forgets the devices of users with whom no room is shared any more. */
export function followMemberships(rooms: Rooms, { lists, stale, others, failed }: MembershipFollowers): void {
  const { core } = rooms;
  const follow = async (roomNid: number, userNid: number, isJoined: boolean): Promise<void> => {
    const isLocal = isLocalUser(core, await core.users.text(userNid));
    if (isLocal && isJoined) await lists.announce(userNid, roomNid);
    else if (!isLocal && !isJoined) stale.left(userNid);
    else if (isLocal && !(await others.inRoom(roomNid)).includes(core.serverName)) stale.leftRoom(roomNid);
  };
  rooms.onMembership((room, userNid, { membership, before }) => {
    const isJoined = membership === "join";
    // Servers ask for the devices of whoever they see in a room, so that one who is not told asks.
    if (isJoined === (before?.membership === "join")) return;
    void inBackground(follow(room.nid, userNid, isJoined), (error) => failed("devices could not be told to other servers", error));
  });
}
