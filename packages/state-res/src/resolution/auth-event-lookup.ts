import type { AuthEvent } from "../authorization/auth-event.ts";
import type { AuthGraph } from "./auth-graph.ts";

/** @internal The node among an event's `auth_events` that is state at a key, or -1. */
export function authEventAt(graph: AuthGraph, node: number, type: string, stateKey: string): number {
  const end = graph.endOfEdges(node);
  for (let index = graph.firstEdge(node); index < end; index += 1) {
    const entry = graph.edge(index);
    const event = graph.eventOf(entry);
    if (event.type === type && event.state_key === stateKey) return entry;
  }
  return -1;
}

/** @internal The `m.room.create` that an event relies on: by its room ID, or among its `auth_events`. */
export function createFor(graph: AuthGraph, node: number): AuthEvent | undefined {
  const byRoomId = graph.createOf(graph.eventOf(node));
  if (byRoomId !== undefined) return byRoomId;
  const entry = authEventAt(graph, node, "m.room.create", "");
  return entry < 0 ? undefined : graph.eventOf(entry);
}
