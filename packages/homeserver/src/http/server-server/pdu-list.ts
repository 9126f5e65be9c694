import type { SignedEvents } from "../../federation/signed-events.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { turnIfDue } from "../../turns.ts";

/** Writes events down as a JSON array of PDUs, a few at a time. */
export async function pduList(signed: SignedEvents, events: readonly StoredEvent[]): Promise<string> {
  const parts: string[] = [];
  for (const event of events) {
    const turn = turnIfDue();
    if (turn) await turn;
    parts.push(JSON.stringify(signed.pdu(event)));
  }
  return `[${parts.join(",")}]`;
}
