// What tests of encrypted rooms have in common.
import type { Client, MessageEvent, Room } from "@patrix/client";

/** Hears of messages; gives one that passes, whether it has come or is yet to come. */
export function hear(client: Client): (passes: (event: MessageEvent) => boolean) => Promise<MessageEvent> {
  const heard: MessageEvent[] = [];
  const waiting = new Set<() => void>();
  client.on("m.room.message", (event) => {
    heard.push(event);
    for (const look of waiting) look();
  });
  return (passes) =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = heard.find(passes);
        if (!found) return void waiting.add(look);
        waiting.delete(look);
        resolve(found);
      };
      look();
    });
}
/** Passes messages of a text. */
export const says = (text: string) => (event: MessageEvent) => event.text === text;

/** A room of two, both of whom know that the other is there. */
export async function roomOf(one: Client, other: Client): Promise<[Room, Room]> {
  const mine = await one.rooms.create({ encrypted: true, invite: [other.userId] });
  await other.rooms.invites.until((rooms) => rooms.some(({ id }) => id === mine.id));
  const theirs = await other.rooms.join(mine.id);
  await mine.info.until(() => mine.members.get(other.userId)?.membership === "join");
  return [mine, theirs];
}
