import { hash } from "node:crypto";
import { OverloadedError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { isAtOrAfter } from "../../log/position.ts";
import type { EphemeralSerial } from "../../rooms/ephemeral/ephemeral-serial.ts";
import { nextTurn } from "../../turns.ts";
import type { SyncDevice } from "../cuts/sync-sources.ts";
import { SyncError } from "../errors.ts";
import { LastAnswers } from "../last-answers.ts";
import { requireStanding } from "../require-standing.ts";
import { formatSlidingPos, parseSlidingPos, type SyncCut } from "../sync-token.ts";
import type { Connections } from "./connections.ts";
import { dropReceived } from "./extensions/device-extensions.ts";
import { type ConnectionBase, type SlidingAnswer, type SlidingAnswerParts, SlidingAnswers } from "./sliding-answer.ts";
import type { SlidingRequest } from "./sliding-request.ts";

/** The longest that a sync waits for something new, in milliseconds. */
const MAX_TIMEOUT_MS = 120_000;

/** What sliding sync is made of. */
export interface SlidingSyncParts extends SlidingAnswerParts {
  readonly connections: Connections;
  readonly ephemeralSerial: EphemeralSerial;
}

/**
 * Answers sliding syncs: what is new in windows on the rooms of a user, since a client was last told. The same position brings the same
 * again, and what has happened since.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4186}
 */
export class SlidingSync {
  readonly #parts: SlidingSyncParts;
  readonly #answers: SlidingAnswers;
  /** By device and connection. */
  readonly #last = new LastAnswers<string>();

  constructor(parts: SlidingSyncParts) {
    this.#parts = parts;
    this.#answers = new SlidingAnswers(parts);
  }

  /** The connections, which are stored from time to time. */
  get connections(): Connections {
    return this.#parts.connections;
  }

  /**
   * Waits until there is something new, at most as long as the client asks, and writes it as JSON.
   *
   * @throws {SyncError} `UNKNOWN_POS`, `INVALID_REQUEST`, `LOGGED_OUT` or `LOCKED`.
   */
  async sync(device: SyncDevice, request: SlidingRequest, signal: AbortSignal): Promise<string> {
    const { rooms, connections } = this.#parts;
    const base = request.pos === undefined ? undefined : await this.#base(device, request.connId, request.pos);
    if (request.extensions.toDevice) await dropReceived(this.#parts, { device }, request.extensions.toDevice);
    // A jump of the machine's clock neither ends nor lengthens the wait.
    const { wakeUps, clock } = rooms.core;
    const deadline = clock.elapsed() + Math.min(Math.max(request.timeoutMs, 0), MAX_TIMEOUT_MS);
    if (wakeUps.countOf(device.userNid) >= limits.waitingSyncs.value)
      throw new OverloadedError("too many syncs of this user at once", 5_000);
    using waiter = wakeUps.register(device.userNid);
    const client = `${device.deviceNid} ${request.connId}`;
    const asked = askedOf(request);
    const toldAt = base && this.#last.timeOf(client, tokenOf(asked, request.pos));
    let isTouched = toldAt === undefined || deadline <= clock.elapsed() || waiter.wasTouchedAfter(toldAt);
    for (;;) {
      if (!isTouched && (isTouched = await waiter.wait(deadline - clock.elapsed(), signal)))
        requireStanding(await this.#parts.sources.standingOf(device.deviceNid));
      await nextTurn();
      const { answer, now, at } = await this.#make(device, request, base);
      if (!answer.isEmpty || !base || deadline <= clock.elapsed() || signal.aborted) {
        connections.remember({ deviceNid: device.deviceNid, connId: request.connId }, base?.state, answer.state);
        const pos = formatSlidingPos({ version: answer.state.version, cut: now });
        if (answer.isWhole) this.#last.note(client, tokenOf(asked, pos), at);
        else this.#last.forget(client);
        const txnId = request.txnId === undefined ? [] : [`"txn_id":${JSON.stringify(request.txnId)}`];
        return `{${[`"pos":"${pos}"`, ...txnId, ...answer.members].join(",")}}`;
      }
      isTouched = false;
    }
  }

  async #make(
    device: SyncDevice,
    request: SlidingRequest,
    base: ConnectionBase | undefined,
  ): Promise<{ readonly answer: SlidingAnswer; readonly now: SyncCut; readonly at: number }> {
    const { rooms, ephemeralSerial } = this.#parts;
    const memberships = await rooms.ofUser(device.userNid);
    // The cut and the memberships are taken in one go: both move on while the answer is computed.
    const now: SyncCut = { positions: rooms.core.log.committed, ephemeral: ephemeralSerial.newest };
    const at = rooms.core.wakeUps.now;
    return { answer: await this.#answers.make({ device, request, base, now }, [...memberships]), now, at };
  }

  /** Where a connection has got to. @throws {SyncError} `UNKNOWN_POS` for a position that is not known, or not of this device. */
  async #base({ deviceNid }: SyncDevice, connId: string, text: string): Promise<ConnectionBase> {
    const { connections, rooms } = this.#parts;
    const { log } = rooms.core;
    const pos = parseSlidingPos(text);
    const isPossible = pos && pos.cut.positions.length === log.shards && isAtOrAfter(log.committed, pos.cut.positions);
    const state = isPossible ? await connections.find(deviceNid, connId, pos.version) : undefined;
    if (!pos || !state) throw new SyncError("UNKNOWN_POS", "the position is not known any more: begin anew");
    return { state, cut: pos.cut };
  }
}

/** What a request asks wherever its connection has got to, as a short text. */
function askedOf({ form, lists, subscriptions, extensions }: SlidingRequest): string {
  return hash("sha256", JSON.stringify([form, lists, [...subscriptions], extensions.all]), "base64");
}

/** What a client comes back with that asks the same again. */
function tokenOf(asked: string, pos: string | undefined): string {
  return `${asked} ${pos}`;
}
