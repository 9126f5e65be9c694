import { requireWithin } from "../../errors.ts";
import type { Core } from "../../log/core.ts";
import { countAliasesOfUser, countPublishedByUser } from "../../store/statements/rooms.ts";

/** Checks that a user may make another alias: an application service has one for each room that it bridges. @throws {LimitError} */
export async function requireRoomForAlias({ store, quotas }: Core, userNid: number, field: string): Promise<void> {
  const limit = (await quotas.isExempt(userNid)) ? "aliasesOfAppservice" : "aliasesOfUser";
  requireWithin(limit, ((await store.get(countAliasesOfUser, userNid))?.count ?? 0) + 1, field);
}

/** Checks that a user may put another room into the directory; the room, if it is there already, does not count. @throws {LimitError} */
export async function requireRoomInDirectory({ store }: Core, userNid: number, field: string, roomNid = 0): Promise<void> {
  requireWithin("publishedRooms", ((await store.get(countPublishedByUser, userNid, roomNid))?.count ?? 0) + 1, field);
}
