/** The ID of the `m.room.create` that names a room, where the room version has room IDs of that kind: from version 12. */
export function createIdOf(roomId: string): string {
  return `$${roomId.slice(1)}`;
}
