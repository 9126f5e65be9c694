import { isJsonObject, type JsonObject } from "@patrix/api";
import { transferableStateTypes } from "@patrix/events";
import type { RoomVersionRules } from "@patrix/room-versions";
import { eventsOfType, stateEvent } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { EventDraft } from "./event-draft.ts";

/** State that goes into the new room as it is: what the specification recommends but for the power levels, which come last; and how the room is found and what it shows. */
const carriedTypes: readonly string[] = [
  ...transferableStateTypes.filter((type) => type !== "m.room.power_levels"),
  "m.room.pinned_events",
  "m.room.canonical_alias",
];

/** Members of an `m.room.create` that name who made the room; a new room has its own. */
const namingMembers: ReadonlySet<string> = new Set(["creator", "additional_creators"]);

/** Who makes the new room. */
export interface Successor {
  readonly sender: string;
  readonly version: string;
  readonly rules: RoomVersionRules;
  readonly additionalCreators: readonly string[];
}

/** The content of the `m.room.create` of a room that replaces another: what kind of room it is stays. */
export async function upgradedCreateContent(rooms: Rooms, old: LoadedRoom, successor: Successor): Promise<JsonObject> {
  const before = (await stateEvent(rooms, old, "m.room.create"))?.content ?? {};
  const kept = Object.fromEntries(Object.entries(before).filter(([member]) => !namingMembers.has(member)));
  const { sender, version, rules, additionalCreators } = successor;
  // A new room whose ID is its first event's needs no event of the old one to be told from others: the member is deprecated.
  const last = rules.roomIdFormat === "create-event-hash" ? undefined : old.head.tips.at(-1)?.eventId;
  return {
    ...kept,
    room_version: version,
    predecessor: { room_id: old.id, ...(last !== undefined && { event_id: last }) },
    ...(!rules.authorization.useRoomCreateSender && { creator: sender }),
    ...(additionalCreators.length > 0 && { additional_creators: [...additionalCreators] }),
  };
}

/** The state that a room that replaces another begins with. What was emptied is left out. */
export async function carriedState(rooms: Rooms, old: LoadedRoom, sender: string): Promise<EventDraft[]> {
  const events = await Promise.all(carriedTypes.map((type) => stateEvent(rooms, old, type)));
  return events.flatMap((event) => (event && !isEmpty(event.content) ? draftOf(event, sender) : []));
}

/** What there may be much of: the rooms of a space, and who is banned. */
export async function carriedLists(rooms: Rooms, old: LoadedRoom, sender: string): Promise<EventDraft[]> {
  const create = await stateEvent(rooms, old, "m.room.create");
  const children = create?.content["type"] === "m.space" ? await eventsOfType(rooms, old.view.state, "m.space.child") : [];
  const members = await eventsOfType(rooms, old.view.state, "m.room.member");
  const banned = members.filter(({ content }) => content["membership"] === "ban");
  return [
    ...children.filter(({ content }) => Array.isArray(content["via"])).map((event) => draftOf(event, sender)),
    ...banned.map(({ fields: { stateKey }, content: { reason } }) => ({
      type: "m.room.member",
      stateKey,
      sender,
      content: { membership: "ban", ...(typeof reason === "string" && { reason }) },
    })),
  ];
}

function draftOf(
  { fields, content }: { readonly fields: Pick<EventDraft, "type" | "stateKey">; readonly content: JsonObject },
  sender: string,
) {
  return { type: fields.type, stateKey: fields.stateKey, sender, content };
}

function isEmpty(content: JsonObject): boolean {
  return isJsonObject(content) && Object.keys(content).length === 0;
}
