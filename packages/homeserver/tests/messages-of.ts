import type { TestHomeserver, TestUser } from "../src/testing/index.ts";

/** Every message of a room, as pairs of body and event ID, newest first. */
export async function messagesOf(server: TestHomeserver, user: TestUser, room: string): Promise<[body: string, eventId: string][]> {
  const found: [string, string][] = [];
  for (let from: string | undefined = ""; from !== undefined;) {
    const page: { body: { chunk: { type: string; event_id: string; content: { body: string } }[]; end?: string } } = await server.requestAs(
      user,
      "GET",
      `/rooms/${room}/messages?dir=b&limit=500${from && `&from=${from}`}`,
    );
    for (const { type, event_id: id, content } of page.body.chunk) if (type === "m.room.message") found.push([content.body, id]);
    from = page.body.end;
  }
  return found;
}
