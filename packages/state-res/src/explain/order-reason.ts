import type { OrderCriterion, OrderedEvent } from "./explanation.ts";

/** @internal Why one event comes after another; the first of the given comparisons in which they differ decides. */
export function orderReason(
  before: OrderedEvent,
  event: OrderedEvent,
  first: { readonly criterion: OrderCriterion; readonly unit: string; of(event: OrderedEvent): number | undefined },
): NonNullable<OrderedEvent["because"]> {
  const pairs: readonly [OrderCriterion, string, number | undefined, number | undefined][] = [
    [first.criterion, first.unit, first.of(before), first.of(event)],
    ["origin-server-ts", "origin_server_ts", before.originServerTs, event.originServerTs],
  ];
  for (const [criterion, unit, earlier, later] of pairs) {
    if (earlier !== later) return { criterion, text: `${unit} ${earlier} comes before ${later}` };
  }
  return { criterion: "event-id", text: `${before.eventId} is smaller than ${event.eventId}` };
}
