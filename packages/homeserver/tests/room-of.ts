import type { JsonObject } from "@patrix/api";
import type { RoomPresetName } from "@patrix/events";
import type { RoomParts } from "../src/rooms/open-rooms.ts";
import type { LoadedRoom } from "../src/rooms/room.ts";
import { createRoom, type InitialState } from "../src/rooms/write/create-room.ts";
import type { EventDraft } from "../src/rooms/write/event-draft.ts";

export const alice = "@alice:example.org";
export const bob = "@bob:example.org";
export const carol = "@carol:example.org";

/** How a room of a test differs from the usual one. */
export interface RoomOfOptions {
  readonly preset?: RoomPresetName;
  readonly version?: string;
  readonly invite?: readonly string[];
  /** Who joins it, one after the other. */
  readonly joined?: readonly string[];
  readonly initialState?: readonly InitialState[];
}

/** Creates a room of Alice's, public unless told otherwise. */
export async function roomOf({ rooms, engine, members, profileOf }: RoomParts, options: RoomOfOptions = {}): Promise<LoadedRoom> {
  const { preset = "public_chat", invite = [], initialState = [], version, joined = [] } = options;
  const room = await createRoom(rooms, engine, profileOf, { creator: alice, preset, version, invite, initialState });
  for (const userId of joined) await members.join(room, userId);
  return room;
}

/** A message, from Alice unless told otherwise. */
export function message(body: string, sender: string = alice): EventDraft {
  return { type: "m.room.message", sender, content: { body, msgtype: "m.text" } };
}

/** A state event with an empty key, from Alice unless told otherwise. */
export function state(type: string, content: JsonObject, sender: string = alice): EventDraft {
  return { type, stateKey: "", sender, content };
}
