import { SingleFlight } from "@patrix/concurrency";
import type { FederationClient, KeyRing } from "@patrix/federation";
import { backfillRoom } from "@patrix/federation-api";
import type { EventId, RoomId } from "@patrix/identifiers";
import type { NamedPdu } from "@patrix/signatures";
import { limits } from "../../limits.ts";
import type { EventReceiver, PastEvent } from "../../rooms/receive/event-receiver.ts";
import type { Room } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { hasState } from "../../rooms/timeline/stored-event.ts";
import { historyEnd, laterPlace, type Place, placeOfColumn, timelineEnd, timelineStart } from "../../rooms/timeline/place.ts";
import type { Stretch, Timelines } from "../../rooms/timeline/timelines.ts";
import { anyMissingEvent, gapsOfStretch } from "../../store/statements/events.ts";
import { inGraphOrder } from "../intake/graph-order.ts";
import { verifyPdus } from "../intake/verify-pdus.ts";
import type { RoomServers } from "../room-servers.ts";
import type { RoomHistory } from "./room-history.ts";

/** From how many events history is asked for at once. */
const ASKED_FROM = 10;
/** How many gaps of a page are asked about, until something comes. */
const ASKED_GAPS = 3;
/** How many servers are asked in turn. */
const ASKED_SERVERS = 5;
/** How many states are asked for in one answer: where history has more beginnings, the rest waits for the next one. */
const ASKED_STATES = 5;
/** How long a server may take, in milliseconds: somebody waits for the page. */
const TIMEOUT_MS = 20_000;
/** How long it is waited until all members of a room are known, in milliseconds: history needs whole states, which are the same but for little. */
const WHOLE_MS = 10_000;

/** What fetches history. */
export interface BackfillParts {
  readonly rooms: Rooms;
  readonly timelines: Timelines;
  readonly receiver: EventReceiver;
  readonly keyRing: KeyRing;
  readonly client: FederationClient;
  readonly history: RoomHistory;
  readonly roomServers: RoomServers;
}

/** Events that are not here, and the place of one that follows them; that of the oldest one if left out. */
interface Gap {
  readonly missing: readonly string[];
  readonly follower: Place | undefined;
}

function idsOf(rows: readonly { readonly event_id: string }[]): string[] {
  return rows.map(({ event_id: eventId }) => eventId);
}

/** Fetches the history of rooms that is not here, from before this server was in them or what it missed, when somebody wants to read it. */
export class Backfill {
  readonly #parts: BackfillParts;
  readonly #flights = new SingleFlight<number, boolean>();

  constructor(parts: BackfillParts) {
    this.#parts = parts;
  }

  /** Whether some of a room's history is not here. */
  async isMissing(room: Room): Promise<boolean> {
    return (await this.#parts.rooms.core.store.get(anyMissingEvent, room.nid)) !== undefined;
  }

  /**
   * Fetches more of a room's history: what is not here that events of a stretch follow, or the first one after it. What the newest of them
   * follows comes first. @returns Whether some came.
   */
  more(room: Room, stretch: Stretch): Promise<boolean> {
    return this.#flights.run(room.nid, () => this.#more(room, stretch));
  }

  async #more(room: Room, stretch: Stretch): Promise<boolean> {
    const { rooms, roomServers } = this.#parts;
    const gaps = await this.#gapsOf(room, stretch);
    if (gaps.length === 0) return false;
    await rooms.partial.settled(room.nid, WHOLE_MS);
    const servers = (await roomServers.joined(room)).filter((server) => server !== rooms.core.serverName).slice(0, ASKED_SERVERS);
    for (const gap of gaps)
      for (const server of servers) {
        try {
          if (await this.#fromServer(room, server, gap)) return true;
        } catch {
          // Another one may have it.
        }
      }
    return false;
  }

  /** The gaps of a stretch, the newest first; at the beginning of the room all that history lacks counts as one. */
  async #gapsOf(room: Room, { after, upTo }: Stretch): Promise<Gap[]> {
    const { rooms, timelines } = this.#parts;
    const { store } = rooms.core;
    if (!(await this.isMissing(room))) return [];
    const [next] = await timelines.forward(room, { after: upTo, upTo: timelineEnd }, 1);
    const rows = await store.all(gapsOfStretch, room.nid, laterPlace(historyEnd, after), next?.fields.place ?? upTo, ASKED_FROM);
    const followers = [...new Set(rows.map((row) => row.timeline_pos))].slice(0, ASKED_GAPS);
    const gaps = followers.map((place): Gap => ({
      missing: idsOf(rows.filter((row) => row.timeline_pos === place)),
      follower: placeOfColumn(place),
    }));
    // What lies in a gap of the timeline has its place there, whoever reads the beginning.
    const beginning = after > timelineStart ? [] : idsOf(await store.all(gapsOfStretch, room.nid, timelineStart, historyEnd, ASKED_FROM));
    return [...gaps, ...(beginning.length > 0 ? [{ missing: beginning, follower: undefined }] : [])];
  }

  async #fromServer(room: Room, server: string, { missing, follower }: Gap): Promise<boolean> {
    const { client, keyRing, receiver } = this.#parts;
    const query = { v: missing as EventId[], limit: limits.backfilledEvents.value };
    const { pdus } = await client.request(server, backfillRoom, { path: { roomId: room.id as RoomId }, query }, { timeoutMs: TIMEOUT_MS });
    const verified = await verifyPdus(keyRing, pdus.slice(0, limits.backfilledEvents.value), { rules: room.rules, giver: server });
    const byId = new Map(verified.flatMap(({ pdu }) => (pdu && pdu.roomId === room.id ? [[pdu.eventId, pdu] as const] : [])));
    const past = await this.#withStates(room, server, inGraphOrder(byId));
    return (await receiver.receivePast(room, past, follower)) > 0;
  }

  /** Events of the past, oldest first, each with the state before it where that does not follow from those before it. */
  async #withStates(room: Room, server: string, events: readonly NamedPdu[]): Promise<PastEvent[]> {
    const { rooms, history } = this.#parts;
    const past: PastEvent[] = [];
    const taken = new Set<string>();
    let states = 0;
    for (const pdu of events) {
      const known = await rooms.events.loadByIds([pdu.eventId, ...pdu.prevEvents]);
      const own = known.get(pdu.eventId);
      if (hasState(own)) continue;
      const follows = pdu.prevEvents.every((eventId) => taken.has(eventId) || hasState(known.get(eventId)));
      if (!follows && states++ >= ASKED_STATES) continue;
      try {
        const stateBefore = follows ? undefined : await history.stateBefore(server, room, pdu.eventId);
        await history.fetchAuthEvents(server, room, pdu);
        taken.add(pdu.eventId);
        past.push({ pdu, stateBefore });
      } catch {
        // What follows it is left out as well.
      }
    }
    return past;
  }
}
