import type { Client, RoomId } from "@patrix/client";

const type = "org.patrix.moderation";
/** The most lists, and the most protected rooms: account data is one event. */
export const maxRooms = 200;

/** What the bot remembers, in the account data of its user: it is there after a restart, and on another machine. */
export interface Settings {
  readonly lists: readonly RoomId[];
  readonly rooms: readonly RoomId[];
  /** What it has denied in access lists of servers itself; others have denied the rest. */
  readonly denied: readonly string[];
}

/** Reads the settings. */
export function readSettings(client: Client): Settings {
  const { lists = [], rooms = [], denied = [] } = { ...client.accountData.get(type) } as Partial<Settings>;
  return { lists, rooms, denied };
}

/** Keeps the settings. */
export async function writeSettings(client: Client, settings: Settings): Promise<void> {
  await client.accountData.set(type, settings);
}
