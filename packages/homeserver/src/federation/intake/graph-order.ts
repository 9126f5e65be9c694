import type { NamedPdu } from "@patrix/signatures";

/** Events in an order in which each comes after those among them that it follows. */
export function inGraphOrder(byId: ReadonlyMap<string, NamedPdu>): NamedPdu[] {
  const order: NamedPdu[] = [];
  const seen = new Set<string>();
  const visit = (pdu: NamedPdu): void => {
    if (seen.has(pdu.eventId)) return;
    seen.add(pdu.eventId);
    for (const eventId of pdu.prevEvents) {
      const before = byId.get(eventId);
      if (before) visit(before);
    }
    order.push(pdu);
  };
  for (const pdu of byId.values()) visit(pdu);
  return order;
}
