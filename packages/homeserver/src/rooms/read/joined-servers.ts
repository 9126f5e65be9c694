import { isLocalUser } from "../../log/core.ts";
import { joinedUsers, type LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";

/** Whether users of this server, or of others, are joined to a room. */
export async function hasJoined({ core, partial }: Rooms, { nid, view }: LoadedRoom, where: "here" | "elsewhere"): Promise<boolean> {
  if (where === "elsewhere" && partial.of(nid)) return true;
  const joined = [...joinedUsers(view)];
  await core.users.load(joined);
  return joined.some((userNid) => isLocalUser(core, core.users.peekText(userNid)) === (where === "here"));
}
