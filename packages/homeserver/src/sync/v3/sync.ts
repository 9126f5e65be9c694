import type { FilterDefinition } from "@patrix/client-api";
import { LruCache } from "@patrix/concurrency";
import { OverloadedError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { isLater, type Ready } from "../../ready.ts";
import type { EphemeralSerial } from "../../rooms/ephemeral/ephemeral-serial.ts";
import { membershipsAt } from "../../rooms/read/memberships-at.ts";
import type { PlacedStates } from "../../rooms/read/state-at.ts";
import type { UserMembership } from "../../rooms/rooms.ts";
import { nextTurn } from "../../turns.ts";
import type { ChangedDeviceLists } from "../cuts/device-list-changes.ts";
import { deviceListsBetween } from "../cuts/device-list-span.ts";
import type { SyncDevice } from "../cuts/sync-sources.ts";
import { SyncError } from "../errors.ts";
import { LastAnswers } from "../last-answers.ts";
import { requireStanding } from "../require-standing.ts";
import { readSyncToken, type SyncCut, type SyncToken } from "../sync-token.ts";
import { type AnswerParts, type AskedAnswer, type SyncAnswer, SyncAnswers } from "./sync-answer.ts";
import { compileSyncFilter, readSyncFilter, type SyncFilter } from "./sync-filter.ts";
import type { StateName } from "./write-room.ts";

/** The longest that a sync waits for something new, in milliseconds. */
const MAX_TIMEOUT_MS = 120_000;
/** The bytes of stored filters, as JSON, that are kept in memory. */
const FILTER_BYTES = 4 * 1024 * 1024;

/** What a client asks of a sync. */
export interface SyncQuery {
  readonly filter?: string | FilterDefinition | undefined;
  readonly since?: string | undefined;
  readonly full_state?: boolean | undefined;
  readonly timeout?: number | undefined;
  readonly use_state_after?: boolean | undefined;
  /** As before; the answer has the name that goes with it. */
  readonly "org.matrix.msc4222.use_state_after"?: boolean | undefined;
}

/** What sync is made of. */
export interface SyncParts extends AnswerParts {
  readonly ephemeralSerial: EphemeralSerial;
  readonly states: PlacedStates;
}

/**
 * Answers `/sync`: what is new between two cuts through the log. The same token and the same log give the same answer.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#syncing}
 */
export class Sync {
  readonly #parts: SyncParts;
  readonly #answers: SyncAnswers;
  /** Stored filters, which never change, by user and ID. */
  readonly #filters = new LruCache<string, SyncFilter>(FILTER_BYTES);
  /** By device. */
  readonly #last = new LastAnswers<number>();

  constructor(parts: SyncParts) {
    this.#parts = parts;
    this.#answers = new SyncAnswers(parts);
  }

  /**
   * Waits until there is something new, at most as long as the client asks, and writes it as JSON. What is too much for one
   * answer comes with the next ones, at once.
   *
   * @throws {SyncError} `INVALID_TOKEN`, `UNKNOWN_FILTER`, `LOGGED_OUT` or `LOCKED`.
   */
  async sync(device: SyncDevice, query: SyncQuery, signal: AbortSignal): Promise<string> {
    const token = query.since === undefined ? undefined : this.#readToken(query.since);
    const reading = this.#filterOf(device, query.filter);
    const filter = isLater(reading) ? await reading : reading;
    const acknowledging = token && this.#parts.sources.acknowledgeToDevice(device, token.positions);
    if (acknowledging) await acknowledging;
    const asked = { device, filter, fullState: query.full_state ?? false, stateName: stateNameOf(query) };
    if (token?.owed) return (await this.#rest(asked, token)).json;
    return this.#wait({ ...asked, since: token }, query, signal);
  }

  /** Answers with what earlier answers have left. */
  async #rest(asked: Omit<AskedAnswer, "since" | "now" | "owed">, { owed, ...now }: SyncToken): Promise<SyncAnswer> {
    const { rooms, states } = this.#parts;
    await nextTurn();
    const memberships = await membershipsAt(rooms, states, asked.device, now.positions);
    const fullState = asked.fullState || (owed?.fullState ?? false);
    return this.#answers.make({ ...asked, since: owed?.since, now, owed, fullState }, memberships);
  }

  async #wait(asked: Omit<AskedAnswer, "now" | "owed">, query: SyncQuery, signal: AbortSignal): Promise<string> {
    const { rooms, ephemeralSerial, sources } = this.#parts;
    const { device, since } = asked;
    // A jump of the machine's clock neither ends nor lengthens the wait.
    const { wakeUps, log, clock } = rooms.core;
    const deadline = clock.elapsed() + Math.min(Math.max(query.timeout ?? 0, 0), MAX_TIMEOUT_MS);
    if (wakeUps.countOf(device.userNid) >= limits.waitingSyncs.value)
      throw new OverloadedError("too many syncs of this user at once", 5_000);
    using waiter = wakeUps.register(device.userNid);
    const toldAt = query.full_state ? undefined : this.#last.timeOf(device.deviceNid, query.since);
    let isTouched = toldAt === undefined || deadline <= clock.elapsed() || waiter.wasTouchedAfter(toldAt);
    for (;;) {
      if (!isTouched && (isTouched = await waiter.wait(deadline - clock.elapsed(), signal))) {
        const standing = sources.standingOf(device.deviceNid);
        requireStanding(isLater(standing) ? await standing : standing);
      }
      await nextTurn();
      const all = await rooms.ofUser(device.userNid);
      // The cut and the memberships are taken in one go: both move on while the answer is computed.
      const now: SyncCut = { positions: log.committed, ephemeral: ephemeralSerial.newest };
      const at = wakeUps.now;
      // Whoever waited in vain is looked at as a whole, now and then.
      const touched = toldAt !== undefined && isTouched ? waiter.roomsTouchedAfter(toldAt) : undefined;
      const memberships = touched ? membershipsIn(all, touched) : [...all];
      const { json, token, isEmpty } = await this.#answers.make({ ...asked, now, owed: undefined }, memberships);
      if (!isEmpty || !since || query.full_state || deadline <= clock.elapsed() || signal.aborted) {
        this.#last.note(device.deviceNid, token, at);
        return json;
      }
      isTouched = false;
    }
  }

  /** Whose device lists changed between two sync tokens. @throws {SyncError} `INVALID_TOKEN`. */
  deviceListsBetween(device: SyncDevice, from: string, to: string): Promise<ChangedDeviceLists> {
    const { core } = this.#parts.rooms;
    const { owed, positions } = readSyncToken(core, "query parameter from", from);
    const now = readSyncToken(core, "query parameter to", to).positions;
    // Of what is owed, nothing was told yet.
    return deviceListsBetween(this.#parts, device, { since: owed?.since?.positions ?? positions, now });
  }

  #readToken(text: string): SyncToken {
    const token = readSyncToken(this.#parts.rooms.core, "since", text);
    return token.ephemeral > this.#parts.ephemeralSerial.newest ? { ...token, ephemeral: 0 } : token;
  }

  #filterOf({ userNid }: SyncDevice, filter: SyncQuery["filter"]): Ready<SyncFilter> {
    if (typeof filter !== "string") return compileSyncFilter(filter ?? {});
    return this.#filters.get(`${userNid} ${filter}`) ?? this.#readFilter(userNid, filter);
  }

  async #readFilter(userNid: number, filter: string): Promise<SyncFilter> {
    const json = await this.#parts.sources.storedFilter(userNid, filter);
    const stored = json === undefined ? undefined : readSyncFilter(json);
    if (!stored) throw new SyncError("UNKNOWN_FILTER", `filter: there is no filter ${filter}`);
    this.#filters.set(`${userNid} ${filter}`, stored, json?.length);
    return stored;
  }
}

function stateNameOf(query: SyncQuery): StateName {
  if (query.use_state_after) return "state_after";
  return query["org.matrix.msc4222.use_state_after"] ? "org.matrix.msc4222.state_after" : "state";
}

/** The memberships of a user in some rooms. */
function membershipsIn(all: ReadonlyMap<number, UserMembership>, rooms: ReadonlySet<number>): [number, UserMembership][] {
  const found: [number, UserMembership][] = [];
  for (const nid of rooms) {
    const membership = all.get(nid);
    if (membership) found.push([nid, membership]);
  }
  return found;
}
