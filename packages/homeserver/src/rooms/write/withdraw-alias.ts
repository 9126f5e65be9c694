import { RoomError } from "../errors.ts";
import { stateEvent } from "../read/state-event.ts";
import type { RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { RoomEngine } from "./room-engine.ts";

/**
 * Takes an alias that leads to a room no longer out of the room's `m.room.canonical_alias`, in the name of whoever removed it,
 * where that user may.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3directoryroomroomalias}
 */
export async function withdrawAlias(
  { rooms, engine }: { readonly rooms: Rooms; readonly engine: RoomEngine },
  handle: RoomHandle,
  alias: string,
  sender: string,
): Promise<void> {
  const room = await rooms.load(handle);
  const content = (await stateEvent(rooms, room, "m.room.canonical_alias"))?.content ?? {};
  const { alias: main, alt_aliases: alternatives, ...rest } = content;
  const others = Array.isArray(alternatives) ? (alternatives as unknown[]).filter((other) => other !== alias) : [];
  const isNamed = main === alias || (Array.isArray(alternatives) && alternatives.length > others.length);
  if (!isNamed) return;
  const kept = { ...rest, ...(main !== undefined && main !== alias && { alias: main }), ...(others.length > 0 && { alt_aliases: others }) };
  try {
    await engine.send(room, { type: "m.room.canonical_alias", stateKey: "", sender, content: kept });
  } catch (error) {
    // Who made the alias may remove it, and need not be allowed to say so in the room.
    if (!(error instanceof RoomError)) throw error;
  }
}
