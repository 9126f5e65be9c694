import { sameAnnotation } from "../../store/statements/relations.ts";
import { RoomError } from "../errors.ts";
import type { RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { type EventRelation, eventRelation } from "../timeline/event-relation.ts";

/**
 * Checks that a local user may send an event that relates to another: nobody annotates an event twice with the same, and what
 * relates to an event itself is no root of a thread. An event that is not known here can be anything.
 *
 * @throws {RoomError} `DUPLICATE_ANNOTATION` or `NOT_A_THREAD_ROOT`.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#avoiding-duplicate-annotations}
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#validation-of-mthread-relationships}
 */
export async function checkRelation(
  rooms: Rooms,
  room: RoomHandle,
  sender: string,
  { targetId, relType, annotation }: EventRelation,
): Promise<void> {
  const { core, events } = rooms;
  if (annotation !== null) {
    const senderNid = await core.users.find(sender);
    const same = senderNid !== undefined && (await core.store.get(sameAnnotation, room.nid, targetId, senderNid, annotation));
    if (same) throw new RoomError("DUPLICATE_ANNOTATION", "m.relates_to/key: you have annotated the event with this already");
  }
  if (relType !== "m.thread") return;
  const root = await events.byId(targetId);
  if (root?.fields.roomNid === room.nid && eventRelation(root.fields.type, root.content))
    throw new RoomError(
      "NOT_A_THREAD_ROOT",
      `m.relates_to/event_id: ${targetId} relates to an event itself, so no thread can start from it`,
    );
}
