import { isJsonObject } from "@patrix/api";
import { LruCache } from "@patrix/concurrency";
import type { Core } from "../log/core.ts";
import { accountDataOfType } from "../store/statements/account-data.ts";
import type { RoomMarks } from "../sync/cuts/sync-sources.ts";
import type { AccountData } from "./account-data.ts";

/** The most users whose marks are kept in memory. */
const CACHE_LIMIT = 10_000;

/**
 * As what users have marked their rooms: direct messages, and by tags.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#direct-messaging}
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-tagging}
 */
export class RoomMarksReader {
  readonly #core: Core;
  readonly #accountData: AccountData;
  readonly #cache = new LruCache<number, RoomMarks>(CACHE_LIMIT);
  #changes = 0;

  constructor(core: Core, accountData: AccountData) {
    this.#core = core;
    this.#accountData = accountData;
    accountData.onChange(({ userNid, roomNid, type }) => {
      if (type !== (roomNid === 0 ? "m.direct" : "m.tag")) return;
      this.#changes++;
      this.#cache.delete(userNid);
    });
  }

  /** The marks of a user. */
  async of(userNid: number): Promise<RoomMarks> {
    const known = this.#cache.get(userNid);
    if (known) return known;
    const changes = this.#changes;
    const direct: unknown = JSON.parse((await this.#accountData.read({ userNid, roomNid: 0, type: "m.direct" })) ?? "{}");
    const tags = new Map<number, ReadonlySet<string>>();
    for (const { room_nid: roomNid, json } of await this.#core.store.all(accountDataOfType, userNid, "m.tag")) {
      const content: unknown = JSON.parse(json);
      if (isJsonObject(content) && isJsonObject(content["tags"])) tags.set(roomNid, new Set(Object.keys(content["tags"])));
    }
    const marks: RoomMarks = { direct: new Set(isJsonObject(direct) ? Object.values(direct).flatMap(roomIds) : []), tags };
    // What was read before a change may be what the change was about.
    if (changes === this.#changes) this.#cache.set(userNid, marks);
    return marks;
  }
}

function roomIds(rooms: unknown): string[] {
  return Array.isArray(rooms) ? rooms.filter((room) => typeof room === "string") : [];
}
