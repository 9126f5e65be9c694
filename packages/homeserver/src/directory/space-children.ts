import type { SpaceChildStateEvent } from "@patrix/client-api";
import { isRoomId, isServerName } from "@patrix/identifiers";
import { limits } from "../limits.ts";
import { eventsOfType } from "../rooms/read/state-event.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { RoomState } from "../rooms/state/room-state.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";

/** A room that a space names as one of its own. */
export interface SpaceChild {
  readonly roomId: string;
  readonly isSuggested: boolean;
  /** Servers that know it. */
  readonly via: readonly string[];
  /** The event that says so, cut down. */
  readonly event: SpaceChildStateEvent;
  readonly bytes: number;
}

const VALID_ORDER = /^[\x20-\x7E]{1,50}$/;

/**
 * Reads the rooms of a space in their order; what is no valid child is left out.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#ordering-of-children-within-a-space}
 */
export async function spaceChildren(rooms: Rooms, state: RoomState): Promise<SpaceChild[]> {
  const events = (await eventsOfType(rooms, state, "m.space.child")).filter(isValid).toSorted(compare);
  const children: SpaceChild[] = [];
  let bytes = 0;
  for (const event of events.slice(0, limits.spaceChildren.value)) {
    const child = toChild(event);
    bytes += child.bytes;
    if (bytes > limits.spaceChildrenBytes.value) break;
    children.push(child);
  }
  return children;
}

function isValid({ fields: { stateKey = "" }, content }: StoredEvent): boolean {
  return isRoomId(stateKey) && serversOf(content).length > 0;
}

/** The servers that a child is said to be known to. */
export function serversOf({ via }: Readonly<Record<string, unknown>>): string[] {
  return Array.isArray(via) ? (via as unknown[]).filter((server) => typeof server === "string").filter(isServerName) : [];
}

/** Those with an order first, by code points; then by time, then by ID. */
function compare(a: StoredEvent, b: StoredEvent): number {
  const [first, second] = [orderOf(a), orderOf(b)];
  if ((first === undefined) !== (second === undefined)) return first === undefined ? 1 : -1;
  if (first !== second && first !== undefined && second !== undefined) return first < second ? -1 : 1;
  return a.fields.ts - b.fields.ts || ((a.fields.stateKey ?? "") < (b.fields.stateKey ?? "") ? -1 : 1);
}

function orderOf({ content: { order } }: StoredEvent): string | undefined {
  return typeof order === "string" && VALID_ORDER.test(order) ? order : undefined;
}

function toChild({ fields, content }: StoredEvent): SpaceChild {
  const { type, stateKey = "", sender, ts } = fields;
  const event = { type, state_key: stateKey, content, sender, origin_server_ts: ts };
  return {
    roomId: stateKey,
    isSuggested: content["suggested"] === true,
    via: serversOf(content),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the sender was checked when the event was accepted
    event: event as SpaceChildStateEvent,
    bytes: Buffer.byteLength(JSON.stringify(event)),
  };
}
