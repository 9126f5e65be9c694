/** Events that are sent in the clear in encrypted rooms too, by every client; or that somebody has encrypted already. */
export const clearTypes: ReadonlySet<string> = new Set(["m.reaction", "m.room.redaction", "m.room.encrypted"]);
