import { type Core, shardOfUser } from "../log/core.ts";
import { isCovered, lastCovered, type PositionVector } from "../log/position.ts";
import { joinedUsers } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { deviceListChangesAfter, upsertDeviceListNews, newestDeviceListChanges } from "../store/statements/keys.ts";

interface DeviceListNews {
  /** What changes, stored in the same commit. */
  readonly operations: readonly WriteOperation[];
  readonly publish?: (() => void) | undefined;
  readonly audience: ReadonlySet<number>;
  readonly isOwnOnly: boolean;
}

/**
 * Which users' devices or keys changed, and where in the log.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#tracking-the-device-list-for-a-user}
 */
export class DeviceLists {
  readonly #core: Core;
  readonly #rooms: Rooms;
  #newestPos: number;

  private constructor(rooms: Rooms, newestPos: number) {
    this.#core = rooms.core;
    this.#rooms = rooms;
    this.#newestPos = newestPos;
  }

  /** Opens the changes of a store. */
  static async open(rooms: Rooms): Promise<DeviceLists> {
    const row = await rooms.core.store.get(newestDeviceListChanges);
    return new DeviceLists(rooms, row?.pos ?? 0);
  }

  /**
   * Stores that a user's devices or keys changed, together with the change itself, and wakes everyone who shares a room.
   *
   * @param operations What changes, stored in the same commit.
   * @param publish Runs after the commit.
   */
  async note(userNid: number, operations: readonly WriteOperation[] = [], publish?: () => void): Promise<void> {
    await this.#note(userNid, { operations, publish, audience: await this.#audience(userNid), isOwnOnly: false });
  }

  /** As {@link DeviceLists.note}, for what only the user's own devices see, and without telling anyone else. */
  async noteOwn(userNid: number, operations: readonly WriteOperation[]): Promise<void> {
    await this.#note(userNid, { operations, audience: new Set([userNid]), isOwnOnly: true });
  }

  async #note(userNid: number, { operations, publish, audience, isOwnOnly }: DeviceListNews): Promise<void> {
    const core = this.#core;
    const pos = core.log.next(shardOfUser(core, userNid));
    await core.log.append({
      positions: [pos],
      operations: [...operations, operation(upsertDeviceListNews, userNid, Number(isOwnOnly), pos)],
      publish: () => {
        this.#newestPos = Math.max(this.#newestPos, pos);
        publish?.();
        core.wakeUps.touch(audience);
      },
    });
  }

  /** Users with a change between two cuts who share a room with the user, who counts as one of them. */
  async changed(userNid: number, since: PositionVector, now: PositionVector): Promise<readonly number[]> {
    const after = Math.min(...since.map((_, shard) => lastCovered(since, shard)));
    if (this.#newestPos <= after) return [];
    const rows = await this.#core.store.all(deviceListChangesAfter, after);
    const seen = rows.filter((row) => row.own_only === 0 || row.user_nid === userNid);
    const changed = new Set(seen.filter(({ pos }) => !isCovered(since, pos) && isCovered(now, pos)).map((row) => row.user_nid));
    if (changed.size === 0) return [];
    const sharing = await this.sharing(userNid, changed);
    return [...changed].filter((nid) => nid === userNid || sharing.has(nid));
  }

  /** Which of some users are in a room together with a user. */
  sharing(userNid: number, others: Iterable<number>): Promise<Set<number>> {
    return this.#rooms.sharing(userNid, others);
  }

  async #audience(userNid: number): Promise<Set<number>> {
    const audience = new Set([userNid]);
    const joined = [...(await this.#rooms.ofUser(userNid))].flatMap(([nid, { membership }]) => (membership === "join" ? { nid } : []));
    await this.#rooms.loadAll(joined);
    for (const handle of joined) {
      const room = await this.#rooms.load(handle);
      for (const nid of joinedUsers(room.view)) audience.add(nid);
    }
    return audience;
  }
}
