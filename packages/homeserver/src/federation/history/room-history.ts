import type { JsonObject } from "@patrix/api";
import { Semaphore } from "@patrix/concurrency";
import type { FederationClient, FederationRequestOptions, KeyRing } from "@patrix/federation";
import { getEvent, getEventAuth, getEventByTimestamp, getRoomState, getRoomStateIds } from "@patrix/federation-api";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { NamedPdu } from "@patrix/signatures";
import { limits } from "../../limits.ts";
import type { EventReceiver } from "../../rooms/receive/event-receiver.ts";
import type { Room } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { FederatedError, isOwnTrouble } from "../errors.ts";
import { hasState } from "../../rooms/timeline/stored-event.ts";
import { verifyPdus } from "../intake/verify-pdus.ts";
import type { RoomServers } from "../room-servers.ts";
import { checkOutliers } from "../intake/outliers.ts";

/** From how many missing events on a whole state is asked for, rather than event by event. */
const MANY_EVENTS = 30;
/** How many servers are asked in turn for what somebody waits for, and how long each may take, in milliseconds. */
const ASKED_SERVERS = 3;
const TIMEOUT_MS = 15_000;
/** How many events are asked for at once. */
const REQUESTS_AT_ONCE = 8;
/** The largest answer with one event, and with all that authorises one, in bytes. */
const MAX_EVENT_BYTES = 131_072;
const MAX_CHAIN_BYTES = 16 * 1024 * 1024;

/** What fetches events. */
export interface RoomHistoryParts {
  readonly rooms: Rooms;
  readonly receiver: EventReceiver;
  readonly keyRing: KeyRing;
  readonly client: FederationClient;
  readonly roomServers: RoomServers;
}

/** Fetches from other servers what events name: the state in which they were sent, and what authorises them. */
export class RoomHistory {
  readonly #parts: RoomHistoryParts;

  constructor(parts: RoomHistoryParts) {
    this.#parts = parts;
  }

  /**
   * The state before an event, as another server says; its events are stored then.
   *
   * @throws {FederatedError} `BAD_EVENT` where the state has no `m.room.create` that is to be had, or is too large.
   */
  async stateBefore(server: string, room: Room, eventId: string, options: FederationRequestOptions = {}): Promise<readonly string[]> {
    const { client } = this.#parts;
    const path = { roomId: room.id as RoomId };
    const query = { event_id: eventId as EventId };
    const { pdu_ids: stateIds, auth_chain_ids: authIds } = await client.request(server, getRoomStateIds, { path, query }, options);
    const wanted = [...new Set<string>([...authIds, ...stateIds])];
    if (wanted.length > limits.fetchedState.value) throw new FederatedError("TOO_LARGE", `the state before ${eventId} is too large`);
    const missing = await this.#unknown(wanted);
    if (missing.length > MANY_EVENTS) {
      const { pdus, auth_chain: authChain } = await client.request(server, getRoomState, { path, query }, options);
      await this.#store(server, room, [...authChain, ...pdus]);
    } else if (missing.length > 0) await this.#store(server, room, await this.#fetch(server, missing));
    const unknown = new Set(await this.#unknown(stateIds));
    return stateIds.filter((id) => !unknown.has(id));
  }

  /** The state after an event, as {@link RoomHistory.stateBefore} gives that before it, the event itself last. */
  async stateAfter(server: string, room: Room, eventId: string, options: FederationRequestOptions = {}): Promise<readonly string[]> {
    const before = await this.stateBefore(server, room, eventId, options);
    if ((await this.#unknown([eventId])).length > 0) await this.#store(server, room, await this.#fetch(server, [eventId]));
    if ((await this.#unknown([eventId])).length > 0) throw new FederatedError("BAD_EVENT", `${server} does not give ${eventId}`);
    return [...before.filter((id) => id !== eventId), eventId];
  }

  /** Fetches what authorises an event and is not here. */
  async fetchAuthEvents(server: string, room: Room, { eventId, authEvents }: NamedPdu): Promise<void> {
    const missing = await this.#unknown(authEvents);
    if (missing.length === 0) return;
    await this.#store(server, room, (await this.authChain(server, room.id, eventId)) ?? (await this.#fetch(server, missing)));
  }

  /** What authorises an event, as a server says; `undefined` where it does not. @throws {FederatedError} `TOO_LARGE`. */
  async authChain(server: string, roomId: string, eventId: string): Promise<readonly JsonObject[] | undefined> {
    const path = { roomId: roomId as RoomId, eventId: eventId as EventId };
    const found = await this.#parts.client
      .request(server, getEventAuth, { path }, { timeoutMs: TIMEOUT_MS, maxResponseSizeBytes: MAX_CHAIN_BYTES })
      .catch(unlessOwnTrouble);
    if (found && found.auth_chain.length > limits.fetchedAuthChain.value)
      throw new FederatedError("TOO_LARGE", `too much authorises ${eventId}`);
    return found?.auth_chain;
  }

  /** The event of a room that is closest to a time, as the servers in it say: it is fetched, and stored where it was sent. */
  async eventAtTime(room: Room, { ts, backward }: { readonly ts: number; readonly backward: boolean }): Promise<string | undefined> {
    const { client, rooms, receiver, keyRing, roomServers } = this.#parts;
    const path = { roomId: room.id as RoomId };
    for (const server of (await roomServers.joined(room)).filter((name) => name !== rooms.core.serverName).slice(0, ASKED_SERVERS)) {
      try {
        const query = { ts, dir: backward ? ("b" as const) : ("f" as const) };
        const { event_id: eventId } = await client.request(server, getEventByTimestamp, { path, query }, { timeoutMs: TIMEOUT_MS });
        if (hasState(await rooms.events.byId(eventId))) return eventId;
        const [checked] = await verifyPdus(keyRing, await this.#fetch(server, [eventId]), { rules: room.rules, giver: server });
        if (checked?.pdu?.eventId !== eventId || checked.pdu.roomId !== room.id) continue;
        const stateBefore = await this.stateBefore(server, room, eventId);
        await this.fetchAuthEvents(server, room, checked.pdu);
        await receiver.receivePast(room, [{ pdu: checked.pdu, stateBefore }]);
        return eventId;
      } catch {
        // Another one may know.
      }
    }
    return undefined;
  }

  /** Fetches single events; what cannot be had is left out. */
  async #fetch(server: string, eventIds: readonly string[]): Promise<JsonObject[]> {
    const slots = new Semaphore(REQUESTS_AT_ONCE);
    const fetched = await Promise.all(
      eventIds.map((eventId) =>
        slots.run(async () => {
          const path = { eventId: eventId as EventId };
          const options = { timeoutMs: TIMEOUT_MS, maxResponseSizeBytes: MAX_EVENT_BYTES };
          const answer = await this.#parts.client.request(server, getEvent, { path }, options).catch(unlessOwnTrouble);
          return answer?.pdus[0];
        }),
      ),
    );
    return fetched.filter((pdu) => pdu !== undefined);
  }

  async #store(server: string, room: Room, raws: readonly JsonObject[]): Promise<void> {
    const { held, rejected } = await checkOutliers(this.#parts, { id: room.id, rules: room.rules, giver: server }, raws);
    await this.#parts.receiver.receiveOutliers(room, held);
    await this.#parts.receiver.receiveOutliers(room, rejected, { areRejected: true });
  }

  async #unknown(eventIds: readonly string[]): Promise<string[]> {
    const known = await this.#parts.rooms.events.loadByIds(eventIds);
    return eventIds.filter((eventId) => !known.has(eventId));
  }
}

/** Makes do without an answer, but not where this server is in trouble. */
function unlessOwnTrouble(error: unknown): undefined {
  if (isOwnTrouble(error)) throw error;
}
