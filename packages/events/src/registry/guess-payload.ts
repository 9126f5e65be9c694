import { isJsonObject, type JsonObject } from "@patrix/api";
import { knownEvents } from "./known-events.ts";

/** The form in which an event travels. */
export type EventForm = "room" | "stripped" | "to-device" | "ephemeral" | "global-account-data" | "room-account-data" | "edu";

/** What {@link guessPayload} takes a payload for. */
export type GuessedPayload =
  /** The body of an error response. */
  | { readonly kind: "error" }
  /** An event as servers exchange it. */
  | { readonly kind: "pdu" }
  | { readonly kind: "event"; readonly form: EventForm }
  /** The body of a request or response, by the operation ID of the API that has it. */
  | {
      readonly kind: "body";
      readonly api: "client-server" | "server-server";
      readonly operationId: string;
      readonly part: "request" | "response";
    };

/**
 * Tells what a payload probably is, by the members that it has and not by their values: an error, a PDU, a `/sync` or `/messages`
 * response, a federation transaction, or an event in one of its forms. `undefined` if it looks like none of them.
 *
 * @example
 * guessPayload({ type: "m.room.message", event_id: "$1", sender: "@a:b.org", content: {} }); // { kind: "event", form: "room" }
 */
export function guessPayload(payload: unknown): GuessedPayload | undefined {
  if (!isJsonObject(payload)) return undefined;
  if (typeof payload["errcode"] === "string") return { kind: "error" };
  if ("auth_events" in payload && "prev_events" in payload) return { kind: "pdu" };
  const body = guessBody(payload);
  if (body) return body;
  const form = guessEventForm(payload);
  return form && { kind: "event", form };
}

function guessBody(payload: JsonObject): GuessedPayload | undefined {
  if ("next_batch" in payload && !("chunk" in payload))
    return { kind: "body", api: "client-server", operationId: "sync", part: "response" };
  if (Array.isArray(payload["pdus"]) && "origin" in payload)
    return { kind: "body", api: "server-server", operationId: "sendTransaction", part: "request" };
  if (Array.isArray(payload["chunk"]) && "start" in payload)
    return { kind: "body", api: "client-server", operationId: "getRoomEvents", part: "response" };
  return undefined;
}

/** Tells the form of a single event by its members; `undefined` if it looks like none. */
export function guessEventForm(event: object): EventForm | undefined {
  if (!isJsonObject(event)) return undefined;
  if (typeof event["edu_type"] === "string") return "edu";
  const { type } = event;
  if (typeof type !== "string") return undefined;
  if (event["event_id"] !== undefined || event["origin_server_ts"] !== undefined) return "room";
  if (event["sender"] !== undefined) return event["state_key"] === undefined ? "to-device" : "stripped";
  const forms = ["global-account-data", "room-account-data", "ephemeral"] as const;
  return forms.find((form) => knownEvents().find(form, type)) ?? "global-account-data";
}
