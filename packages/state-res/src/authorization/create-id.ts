/** @internal The ID of the `m.room.create` that a room ID of room version 12 names. */
export function createIdOf(roomId: string): string {
  return `$${roomId.slice(1)}`;
}
