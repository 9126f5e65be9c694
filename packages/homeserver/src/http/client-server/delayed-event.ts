import { type JsonObject, matrixError } from "@patrix/api";
import {
  type DelayedEvent,
  type FinalisedDelayedEvent,
  getDelayedEvent,
  getDelayedEvents,
  sendDelayedEvent,
  sendDelayedMessageEvent,
  sendDelayedStateEvent,
  updateDelayedEvent,
  updateDelayedEventByAction,
} from "@patrix/client-api/unstable";
import type { EventId, RoomId } from "@patrix/identifiers";
import { handle } from "@patrix/server";
import { requireWithin } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { DelayedEventAction, DelayedEventEntry, DelayedEvents } from "../../rooms/delayed/delayed-events.ts";
import type { UserEvent } from "../../rooms/membership/send-event.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";
import { isDelayed, STICKY_PARAM, stickyDuration } from "./event-query.ts";

const actions: ReadonlySet<string> = new Set<DelayedEventAction>(["restart", "send", "cancel"]);

/** What is scheduled, and how the request names the delay. */
interface Scheduling {
  readonly roomId: string;
  readonly event: UserEvent;
  readonly delayMs: number | undefined;
  readonly field: string;
  readonly txn?: string;
}

/** Handlers that schedule events to be sent later, and say what becomes of them. */
export function delayedEventHandlers({ delayedEvents }: { readonly delayedEvents: DelayedEvents }): Registration[] {
  const schedule = async (user: Requester, { delayMs, field, txn, ...rest }: Scheduling): Promise<{ delay_id: string }> => {
    if (txn !== undefined) requireWithin("transactionIdLength", txn.length, "path variable txnId");
    if (delayedEvents.maxDelayMs === 0) throw matrixError("M_FORBIDDEN", "the server sends no events later");
    if (delayMs === undefined || delayMs < 1) throw matrixError("M_INVALID_PARAM", `${field}: expected at least 1`);
    return { delay_id: await delayedEvents.schedule(user, { ...rest, delayMs, txn }) };
  };
  const maxBodyBytes = limits.eventBodyBytes.value;
  return [
    handle(
      sendDelayedMessageEvent,
      ({ path, query, body }, { user }) => {
        const event = { type: path.eventType, content: body, stickyMs: stickyDuration(query[STICKY_PARAM]) };
        const field = "query parameter org.matrix.msc4140.delay";
        return schedule(user, { roomId: path.roomId, event, delayMs: query["org.matrix.msc4140.delay"], field, txn: path.txnId });
      },
      { maxBodyBytes, when: isDelayed },
    ),
    handle(
      sendDelayedStateEvent,
      ({ path, query, body }, { user }) => {
        const { eventType: type, stateKey } = path;
        const event = { type, stateKey, content: body, stickyMs: stickyDuration(query[STICKY_PARAM]) };
        const field = "query parameter org.matrix.msc4140.delay";
        return schedule(user, { roomId: path.roomId, event, delayMs: query["org.matrix.msc4140.delay"], field });
      },
      { maxBodyBytes, when: isDelayed },
    ),
    handle(
      sendDelayedEvent,
      ({ path, query, body }, { user }) => {
        const { state_key: stateKey, content } = body;
        const event = { type: path.eventType, stateKey, content, stickyMs: stickyDuration(query?.[STICKY_PARAM]) };
        return schedule(user, { roomId: path.roomId, event, delayMs: body.delay_ms ?? body.delay, field: "delay_ms", txn: path.txnId });
      },
      { maxBodyBytes },
    ),
    ...managing(delayedEvents),
  ];
}

function managing(delayedEvents: DelayedEvents): Registration[] {
  return [
    handle(getDelayedEvents, async ({ query }, { user }) => {
      const { status, delay_id: ids } = query ?? {};
      const wanted = ({ delay_id: id }: DelayedEventEntry): boolean => ids === undefined || ids.includes(id);
      const scheduled = status === "finalised" ? [] : (await delayedEvents.scheduled(user.userNid)).filter(wanted).map(toWire);
      // Those who know only what waits ask for nothing in particular.
      const finalised = status === "scheduled" ? [] : (await delayedEvents.finalised(user.userNid)).filter(wanted).map(toFinalised);
      return { delayed_events: scheduled, scheduled, finalised };
    }),
    handle(getDelayedEvent, async ({ path }, { user }) => toWire(await delayedEvents.read(path.delayId, user.userNid))),
    handle(updateDelayedEvent, async ({ path, body }, { user }) => {
      await delayedEvents.act(path.delayId, toAction(body.action, "/action"), user.userNid);
      return {};
    }),
    handle(updateDelayedEventByAction, async ({ path }) => {
      if (!actions.has(path.action)) throw matrixError("M_UNRECOGNIZED", "the server does not know this endpoint");
      await delayedEvents.act(path.delayId, toAction(path.action, "path variable action"));
      return {};
    }),
  ];
}

function toAction(action: string, field: string): DelayedEventAction {
  if (!actions.has(action)) throw matrixError("M_INVALID_PARAM", `${field}: expected restart, send or cancel`);
  return action as DelayedEventAction;
}

/** A delayed event under the names of all versions of the proposal. */
function toWire(entry: DelayedEventEntry): DelayedEvent {
  const { delay_ms: delayMs, since_ts: sinceTs, finalised_ts: finalisedTs, error, eventId } = entry;
  const outcome = {
    ...(error !== null && { error: parsed(error) }),
    ...(eventId !== undefined && { event_id: eventId as EventId }),
  };
  return {
    delay_id: entry.delay_id,
    room_id: entry.roomId as RoomId,
    type: entry.type,
    ...(entry.state_key !== null && { state_key: entry.state_key }),
    content: parsed(entry.content),
    delay_ms: delayMs,
    delay: delayMs,
    scheduled_at: sinceTs,
    delayed_since_ts: sinceTs,
    running_since: sinceTs,
    ...(finalisedTs !== null && { ...outcome, finalised_ts: finalisedTs, finalised: { ...outcome, finalised_ts: finalisedTs } }),
  };
}

/** A delayed event that waits no more, in the form of the first version of the proposal. */
function toFinalised(entry: DelayedEventEntry): FinalisedDelayedEvent {
  const { error, eventId, finalised_ts: finalisedTs, due_ts: dueTs } = entry;
  const isDue = (finalisedTs ?? 0) >= dueTs;
  const unfinalised = { ...entry, finalised_ts: null };
  return {
    delayed_event: toWire(unfinalised),
    outcome: eventId === undefined ? "cancel" : "send",
    reason: error !== null ? "error" : isDue && eventId !== undefined ? "delay" : "action",
    ...(error !== null && { error: parsed(error) }),
    ...(eventId !== undefined && { event_id: eventId as EventId }),
    ...(finalisedTs !== null && { origin_server_ts: finalisedTs }),
  };
}

/** Reads what the server has stored, which was a JSON object. */
function parsed(json: string): JsonObject {
  return JSON.parse(json) as JsonObject;
}
