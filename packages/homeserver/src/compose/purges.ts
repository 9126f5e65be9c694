import type { FederationParts } from "../federation/open-federation.ts";
import type { Logger } from "../http/logger.ts";
import type { Core } from "../log/core.ts";
import type { PositionVector } from "../log/position.ts";
import { pauseFor } from "../pause-for.ts";
import type { Notifications } from "../push/notifications.ts";
import type { RoomParts } from "../rooms/open-rooms.ts";
import { RoomPurges } from "../rooms/purge/room-purges.ts";
import { MessagePurge } from "../rooms/receive/purge-messages.ts";
import type { Room } from "../rooms/room.ts";
import type { SearchIndex } from "../search/search-index.ts";

/** How long it is waited for other servers to hear that users are out of a room, in milliseconds, and how often it is looked. */
const TOLD_WITHIN_MS = 30_000;
const LOOK_INTERVAL_MS = 50;

/** Those who store something about events. */
interface Followers {
  readonly core: Core;
  readonly notifications: Notifications;
  readonly searchIndex: SearchIndex;
}

/** What removes messages that are over age; the clock says which. */
export function openPurge({ rooms, ...followers }: Followers & { readonly rooms: RoomParts }): MessagePurge {
  return new MessagePurge({
    ...rooms,
    handled: () => handled(followers),
    purged: (roomNid) => followers.notifications.forgetRoom(roomNid),
  });
}

/** Up to where everybody who stores something about events has done so. */
async function handled({ core, notifications, searchIndex }: Followers): Promise<PositionVector> {
  const cuts = [core.log.committed, notifications.cut, searchIndex.cut];
  await core.log.flushed();
  return core.log.committed.map((_, shard) => Math.min(...cuts.map((cut) => cut[shard] ?? 0)));
}

/** What purges are opened over. */
interface PurgeSurroundings extends Followers {
  readonly rooms: RoomParts;
  readonly federation: FederationParts | undefined;
  readonly logger: Logger;
}

/** Opens what operators have removed. */
export function openRoomPurges({ rooms, federation, logger, ...followers }: PurgeSurroundings): RoomPurges {
  const { notifications } = followers;
  rooms.rooms.emptied.add((roomNid) => {
    rooms.timelines.forget(roomNid);
    rooms.relations.forgetRoom(roomNid);
    notifications.forgetRoom(roomNid);
  });
  return new RoomPurges({
    ...rooms,
    messages: openPurge({ rooms, ...followers }),
    purged: (roomNid) => notifications.forgetRoom(roomNid),
    told: (room, signal) => told(room, signal, { ...followers, federation }),
    failed: (roomId, error) => logger.error("a room or its history could not be removed", { room_id: roomId, error }),
  });
}

/** Waits until what is committed is handled, and those servers of a room have it that answer. */
async function told(
  room: Room,
  signal: AbortSignal,
  { federation, ...followers }: Followers & Pick<PurgeSurroundings, "federation">,
): Promise<void> {
  const { log, clock } = followers.core;
  await log.flushed();
  const { committed } = log;
  const servers = new Set(await federation?.roomServers.joined(room));
  const endTs = clock.now() + TOLD_WITHIN_MS;
  const isTold = async (): Promise<boolean> => {
    const cut = await handled(followers);
    if (committed.some((counter, shard) => (cut[shard] ?? 0) < counter)) return false;
    return federation === undefined || federation.sender.isSettled(committed, servers);
  };
  while (!signal.aborted && clock.now() < endTs && !(await isTold())) await pauseFor(clock, LOOK_INTERVAL_MS, signal);
}
