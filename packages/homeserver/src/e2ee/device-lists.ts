import { KeyedQueue } from "@patrix/concurrency";
import { type Core, isLocalUser, shardOfUser } from "../log/core.ts";
import { isCovered, lastCovered, type Position, type PositionVector } from "../log/position.ts";
import { joinedUsers, type RoomHandle } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { NO_ROOM } from "../log/wake-ups.ts";
import type { Ready } from "../ready.ts";
import { keyList, operation, type WriteOperation } from "../store/statement.ts";
import { deviceIdsOfUsers } from "../store/statements/devices.ts";
import { deviceListChangesAfter, upsertDeviceListNews, newestDeviceListChanges } from "../store/statements/keys.ts";
import { deviceListStream, upsertDeviceListStream } from "../store/statements/remote-devices.ts";
import { type DevicesOfOthers, noFederation } from "../other-servers.ts";
import { deviceListEdu, deviceListEdus, signingKeyEdu, toldOf } from "./device-list-edus.ts";

const nobody: readonly number[] = [];

/** What of a user has changed, and what follows. */
export interface DeviceListChange {
  /** The devices that are new, gone, or have other keys or another name. */
  readonly deviceIds?: readonly string[] | undefined;
  /** Whether the cross-signing keys have changed that others see. */
  readonly hasSigningKeys?: boolean | undefined;
  /** Runs after the commit. */
  readonly publish?: (() => void) | undefined;
}

interface DeviceListNews {
  /** What changes, stored in the same commit. */
  readonly operations: () => readonly WriteOperation[];
  /** Positions that those took. */
  readonly positions?: readonly Position[];
  readonly publish?: (() => void) | undefined;
  readonly audience: ReadonlySet<number>;
  readonly seenBy: number;
}

/** Who sees a change, as it is stored: everyone, the user alone, or one other user, by number after these two. */
const [everyone, ownDevices, firstViewer] = [0, 1, 1];

/**
 * Which users' devices or keys changed, and where in the log.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#tracking-the-device-list-for-a-user}
 */
export class DeviceLists {
  readonly #core: Core;
  readonly #rooms: Rooms;
  readonly #others: DevicesOfOthers;
  readonly #telling = new KeyedQueue<number>();
  #newestPos: number;

  private constructor(rooms: Rooms, others: DevicesOfOthers, newestPos: number) {
    this.#core = rooms.core;
    this.#rooms = rooms;
    this.#others = others;
    this.#newestPos = newestPos;
  }

  /** Opens the changes of a store. */
  static async open(rooms: Rooms, others: DevicesOfOthers = noFederation(rooms.core.serverName)): Promise<DeviceLists> {
    const row = await rooms.core.store.get(newestDeviceListChanges);
    return new DeviceLists(rooms, others, row?.pos ?? 0);
  }

  /** The number of the newest change of a user's devices that other servers were told of; 0 if there was none. */
  async streamOf(userNid: number): Promise<number> {
    return (await this.#core.store.get(deviceListStream, userNid))?.stream_id ?? 0;
  }

  /** The position of the newest change. */
  get newest(): Position {
    return this.#newestPos;
  }

  /**
   * Stores that a user's devices or keys changed, together with the change itself, wakes everyone who shares a room, and tells their
   * servers.
   *
   * @param operations What changes, stored in the same commit.
   */
  async note(userNid: number, operations: readonly WriteOperation[] = [], change: DeviceListChange = {}): Promise<void> {
    const { deviceIds = [], hasSigningKeys = false, publish } = change;
    const audience = await this.#audience(userNid);
    if (deviceIds.length === 0 && !hasSigningKeys)
      return this.#note(userNid, { operations: () => operations, publish, audience, seenBy: everyone });
    const userId = await this.#core.users.text(userNid);
    // One after the other: each change names the one before it.
    await this.#telling.run(userNid, async () => {
      const servers = await this.#others.sharing(userNid);
      const before = (await this.#core.store.get(deviceListStream, userNid))?.stream_id;
      const { log } = this.#core;
      const told = toldOf(deviceIds);
      const positions = told.map(() => log.next(shardOfUser(this.#core, userNid)));
      const edus = deviceListEdus(userId, told, { streamIds: positions, before: told.length === deviceIds.length ? before : undefined });
      if (hasSigningKeys) edus.push(signingKeyEdu(userId));
      const last = positions.at(-1);
      await this.#note(userNid, {
        operations: () => [
          ...operations,
          ...(last === undefined ? [] : [operation(upsertDeviceListStream, userNid, last)]),
          ...this.#others.outbox.store([...servers].flatMap((server) => edus.map((edu) => ({ server, edu })))),
        ],
        positions,
        publish,
        audience,
        seenBy: everyone,
      });
      this.#others.outbox.note(servers);
    });
  }

  /** As {@link DeviceLists.note}, for a user of another server, whose own server tells the others. */
  async noteRemote(userNid: number, operations: readonly WriteOperation[]): Promise<void> {
    await this.#note(userNid, { operations: () => operations, audience: await this.#audience(userNid), seenBy: everyone });
  }

  /** As {@link DeviceLists.note}, for what only the user's own devices see, and without telling anyone else. */
  async noteOwn(userNid: number, operations: readonly WriteOperation[]): Promise<void> {
    await this.#note(userNid, { operations: () => operations, audience: new Set([userNid]), seenBy: ownDevices });
  }

  /** As {@link DeviceLists.note}, for a signature of another user on the user's keys, which only the one who has signed sees. */
  async noteSigned(userNid: number, signerNid: number, operations: readonly WriteOperation[]): Promise<void> {
    await this.#note(userNid, { operations: () => operations, audience: new Set([signerNid]), seenBy: firstViewer + signerNid });
  }

  /** Tells servers that turn out to be in a room of the devices of this server's users in it. */
  async announceTo(room: RoomHandle, servers: readonly string[]): Promise<void> {
    if (servers.length === 0) return;
    const { users } = this.#core;
    const joined = [...joinedUsers((await this.#rooms.load(room)).view)];
    await users.load(joined);
    for (const userNid of joined) if (isLocalUser(this.#core, users.peekText(userNid))) await this.announce(userNid, room.nid, servers);
  }

  /**
   * Tells the servers of a room that a user has come into, and that shared none before, of the user's devices.
   *
   * @param present - Those of the servers that are told; all if left out.
   */
  async announce(userNid: number, roomNid: number, present?: readonly string[]): Promise<void> {
    const { store, users, log, serverName } = this.#core;
    const known = await this.#others.sharing(userNid, roomNid);
    const servers = (present ?? (await this.#others.inRoom(roomNid))).filter((server) => server !== serverName && !known.has(server));
    const streamId = (await store.get(deviceListStream, userNid))?.stream_id;
    if (servers.length === 0 || streamId === undefined) return;
    const devices = toldOf((await store.all(deviceIdsOfUsers, keyList([userNid]))).map((row) => row.device_id));
    const userId = await users.text(userNid);
    const edus = devices.map((deviceId) => deviceListEdu(userId, deviceId, streamId, []));
    await log.append({
      positions: [],
      operations: this.#others.outbox.store(servers.flatMap((server) => edus.map((edu) => ({ server, edu })))),
    });
    this.#others.outbox.note(servers);
  }

  /** Everything up to the log is done in one tick. */
  async #note(userNid: number, { operations, positions = [], publish, audience, seenBy }: DeviceListNews): Promise<void> {
    const core = this.#core;
    const pos = core.log.next(shardOfUser(core, userNid));
    await core.log.append({
      positions: [...positions, pos],
      operations: [...operations(), operation(upsertDeviceListNews, userNid, seenBy, pos)],
      publish: () => {
        this.#newestPos = Math.max(this.#newestPos, pos);
        publish?.();
        core.wakeUps.touch(audience, NO_ROOM);
      },
    });
  }

  /** Users with a change between two cuts who share a room with the user, who counts as one of them. */
  changed(userNid: number, since: PositionVector, now: PositionVector): Ready<readonly number[]> {
    const after = Math.min(...since.map((_, shard) => lastCovered(since, shard)));
    return this.#newestPos <= after ? nobody : this.#readChanged(userNid, { since, now, after });
  }

  async #readChanged(
    userNid: number,
    { since, now, after }: { readonly since: PositionVector; readonly now: PositionVector; readonly after: Position },
  ): Promise<readonly number[]> {
    const rows = await this.#core.store.all(deviceListChangesAfter, after);
    const seen = rows.filter(
      ({ user_nid: nid, own_only: seenBy }) =>
        seenBy === everyone || (nid === userNid ? seenBy === ownDevices : seenBy === firstViewer + userNid),
    );
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
