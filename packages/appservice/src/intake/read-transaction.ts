import type { SendTransactionBody } from "@patrix/appservice-api";
import { AppserviceToDeviceEvent, EncryptedTransactionBody } from "@patrix/appservice-api/unstable";
import type { DeviceLists } from "@patrix/client-api";
import type { BasicEvent, ClientEvent } from "@patrix/events";
import type { UserId } from "@patrix/identifiers";
import type { QueueItem } from "../queue/durable-queue.ts";

/** What a transaction tells of the devices of people and ghosts. */
export interface DeviceNews {
  /** Users who share a room with the service and whose devices have changed, and those who share none any more. */
  readonly lists?: DeviceLists | undefined;
  /** Unclaimed keys by user, device and algorithm. */
  readonly oneTimeKeys?: Readonly<Record<string, Record<string, Record<string, number>>>> | undefined;
  /** Algorithms of unused fallback keys by user and device. */
  readonly unusedFallbackTypes?: Readonly<Record<string, Record<string, string[]>>> | undefined;
}

/** One thing that the homeserver tells and that must not be lost. */
export type News =
  | {
      readonly kind: "event";
      readonly event: ClientEvent;
      /** Whether it came before, and could not be decrypted then. */
      readonly isLate?: true;
    }
  | { readonly kind: "to-device"; readonly event: AppserviceToDeviceEvent }
  | { readonly kind: "devices"; readonly devices: DeviceNews };

/** The parts of a transaction. */
export interface TransactionParts {
  readonly news: readonly Omit<QueueItem<News>, "id">[];
  /** Typing, receipts and presence, which are soon out of date. */
  readonly ephemeral: readonly BasicEvent[];
  /** Which parts nobody can read. */
  readonly problems: readonly string[];
}

/** What is told of the devices of everyone comes in one order, whatever rooms do. */
const DEVICES_LANE = "devices";

/** The lane of the messages to the devices of a user; without one, how those of all users begin. */
export function messagesLane(userId?: UserId): string {
  return `${DEVICES_LANE} ${userId ?? ""}`;
}

/**
 * Takes a transaction apart, each part by whichever of its names it comes under. What is malformed beside the events is left out: it would
 * come again for ever.
 */
export function readTransaction(body: SendTransactionBody): TransactionParts {
  const events = body.events.map((event) => ({ lane: event.room_id, value: { kind: "event", event } as const }));
  const rest = restOf(body);
  const full = EncryptedTransactionBody.safeParse({ events: [], ...rest });
  const problems = full.ok ? [] : full.issues.map(({ pointer, message }) => `${pointer}: ${message}`);
  const parts: Omit<EncryptedTransactionBody, "events"> = full.ok ? full.value : {};
  const messages = full.ok ? (parts.to_device ?? parts["de.sorunome.msc2409.to_device"] ?? []) : readableMessages(rest);
  const toDevice = messages.map((event) => ({ lane: messagesLane(event.to_user_id), value: { kind: "to-device", event } as const }));
  return {
    news: [...events, ...devicesOf(parts), ...toDevice],
    ephemeral: body.ephemeral ?? parts["de.sorunome.msc2409.ephemeral"] ?? [],
    problems,
  };
}

function restOf({ events: _events, ...rest }: SendTransactionBody): Readonly<Record<string, unknown>> {
  return rest;
}

/** The messages that can be read, where something else cannot. */
function readableMessages(rest: Readonly<Record<string, unknown>>): AppserviceToDeviceEvent[] {
  const list: unknown = rest["to_device"] ?? rest["de.sorunome.msc2409.to_device"];
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown) => (AppserviceToDeviceEvent.is(each) ? [each] : []));
}

function devicesOf(parts: Omit<EncryptedTransactionBody, "events">): TransactionParts["news"] {
  const lists = parts.device_lists ?? parts["org.matrix.msc3202.device_lists"];
  const oneTimeKeys =
    parts.device_one_time_keys_count ??
    parts["org.matrix.msc3202.device_one_time_keys_count"] ??
    parts["org.matrix.msc3202.device_one_time_key_counts"];
  const unusedFallbackTypes = parts.device_unused_fallback_key_types ?? parts["org.matrix.msc3202.device_unused_fallback_key_types"];
  if (lists === undefined && oneTimeKeys === undefined && unusedFallbackTypes === undefined) return [];
  return [{ lane: DEVICES_LANE, value: { kind: "devices", devices: { lists, oneTimeKeys, unusedFallbackTypes } } }];
}
