import {
  backfillRoom,
  getEvent,
  getEventAuth,
  getEventByTimestamp,
  getMissingPreviousEvents,
  getRoomState,
  getRoomStateIds,
} from "@patrix/federation-api";
import { matrixError } from "@patrix/api";
import type { Clock } from "@patrix/concurrency";
import type { EventId } from "@patrix/identifiers";
import { handle, rawJson } from "@patrix/server";
import type { RoomAnswers } from "../../federation/history/room-answers.ts";
import type { SignedEvents } from "../../federation/signed-events.ts";
import { pduList } from "./pdu-list.ts";
import type { ServerRegistration } from "./requesting-server.ts";

/** How many events are given where the other server does not say. */
const DEFAULT_MISSING = 10;

/** What the handlers of events work with. */
export interface EventServices {
  readonly answers: RoomAnswers;
  readonly signed: SignedEvents;
  readonly serverName: string;
  readonly clock: Clock;
}

/** The handlers with which servers read the events and states of the rooms that they are in. */
export function eventHandlers({ answers, signed, serverName, clock }: EventServices): ServerRegistration[] {
  const transaction = (pdus: readonly object[]): ReturnType<typeof rawJson> =>
    rawJson(JSON.stringify({ origin: serverName, origin_server_ts: clock.now(), pdus }));
  return [
    handle(getEvent, async ({ path }, { user }) => transaction([await answers.event(user.origin, path.eventId)])),
    handle(getRoomState, async ({ path, query }, { user }) => {
      const { state, authChain } = await answers.stateBefore(user.origin, path.roomId, query.event_id);
      return rawJson(`{"pdus":${await pduList(signed, state)},"auth_chain":${await pduList(signed, authChain)}}`);
    }),
    handle(getRoomStateIds, async ({ path, query }, { user }) => {
      const { state, authChain } = await answers.stateBefore(user.origin, path.roomId, query.event_id);
      const ids = (events: typeof state): string[] => events.map(({ eventId }) => eventId);
      return rawJson(JSON.stringify({ pdu_ids: ids(state), auth_chain_ids: ids(authChain) }));
    }),
    handle(getEventByTimestamp, async ({ path, query }, { user }) => {
      const event = await answers.atTime(user.origin, path.roomId, { ts: query.ts, backward: query.dir === "b" });
      if (!event) throw matrixError("M_NOT_FOUND", "there is no event near that time that you may see");
      return { event_id: event.eventId as EventId, origin_server_ts: event.fields.ts };
    }),
    handle(getEventAuth, async ({ path }, { user }) => {
      const chain = await answers.authChain(user.origin, path.roomId, path.eventId);
      return rawJson(`{"auth_chain":${await pduList(signed, chain)}}`);
    }),
    handle(backfillRoom, async ({ path, query }, { user }) =>
      transaction(await answers.backfill(user.origin, path.roomId, query.v, query.limit)),
    ),
    handle(getMissingPreviousEvents, async ({ path, body }, { user }) => {
      const { earliest_events: earliest, latest_events: latest, limit: most = DEFAULT_MISSING, min_depth: minDepth = 0 } = body;
      return rawJson(JSON.stringify({ events: await answers.missing(user.origin, path.roomId, { earliest, latest, most, minDepth }) }));
    }),
  ];
}
