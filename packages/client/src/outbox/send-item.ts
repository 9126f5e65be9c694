import { sendMessage } from "@patrix/client-api";
import type { EventId } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";
import type { RequestSender } from "../http/http-client.ts";
import { actions } from "../load-actions.ts";
import type { OutboxItem } from "./outbox-item.ts";

/** Sends an item once. @throws As {@link RequestSender.send}. */
export async function sendItem(
  http: RequestSender,
  { roomId, type, txnId, content, redacts }: OutboxItem,
  signal: AbortSignal,
): Promise<EventId> {
  // Trying again is the outbox's own business, so that the room waits meanwhile.
  const options = { signal, retries: 0 };
  if (redacts === undefined) {
    const answer = await http.send(sendMessage, { path: { roomId, eventType: type, txnId }, body: content }, options);
    return answer.event_id;
  }
  const { redactEvent } = await actions();
  const answer = await http.send(redactEvent, { path: { roomId, eventId: redacts, txnId }, body: content }, options);
  if (answer.event_id === undefined) throw new ClientError("UNEXPECTED_RESPONSE", "the server did not name the redaction");
  return answer.event_id;
}
