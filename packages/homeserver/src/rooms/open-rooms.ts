import type { Core } from "../log/core.ts";
import { type DelayedEventParts, DelayedEvents } from "./delayed/delayed-events.ts";
import { EphemeralSerial } from "./ephemeral/ephemeral-serial.ts";
import { Presence } from "./ephemeral/presence.ts";
import { Receipts } from "./ephemeral/receipts.ts";
import { Typing } from "./ephemeral/typing.ts";
import type { ProfileOf } from "./membership/member-content.ts";
import { Members, type UserPorts } from "./membership/members.ts";
import { BundledAggregations, type IgnoredUsers } from "./read/bundled-aggregations.ts";
import { ClientEvents } from "./read/client-events.ts";
import { RelatedEvents } from "./read/related-events.ts";
import { Successions } from "./membership/successions.ts";
import { RoomReader } from "./read/room-reader.ts";
import { PlacedStates } from "./read/state-at.ts";
import { Visibility } from "./read/visibility.ts";
import type { AdoptedRoom } from "./receive/adopt-room.ts";
import { EventReceiver } from "./receive/event-receiver.ts";
import type { OutsideMembership } from "./receive/outside-membership.ts";
import { OutsideRooms } from "./receive/outside-rooms.ts";
import { completeRoom, type FetchedState } from "./partial/complete-room.ts";
import type { PartialRoom } from "./partial/partial-rooms.ts";
import type { LoadedRoom, RoomHandle } from "./room.ts";
import { Rooms } from "./rooms.ts";
import { Resolutions } from "./state/resolutions.ts";
import { StateResolver } from "./state/resolve.ts";
import { ThreadSubscriptions } from "./threads/thread-subscriptions.ts";
import { Relations } from "./timeline/relations.ts";
import type { RetentionPolicy } from "./timeline/retention.ts";
import type { StoredEvent } from "./timeline/stored-event.ts";
import { Timelines } from "./timeline/timelines.ts";
import { EventLog } from "./write/event-log.ts";
import { RoomEngine } from "./write/room-engine.ts";
import { RoomUpgrades } from "./write/upgrade-room.ts";

/** Everything about rooms, built over one core. */
export interface RoomParts {
  readonly rooms: Rooms;
  readonly engine: RoomEngine;
  readonly receiver: EventReceiver;
  /** Ends with the server. */
  readonly resolutions: Resolutions;
  /** Takes over a room from another server. */
  readonly adopt: (adopted: AdoptedRoom) => Promise<LoadedRoom>;
  /** Stores a membership of a local user in a room that this server is not in. */
  readonly noteOutside: (outside: OutsideMembership) => Promise<StoredEvent>;
  /** Completes a room that was joined without its members. */
  readonly complete: (room: RoomHandle, partial: PartialRoom, fetched: FetchedState) => Promise<boolean>;
  readonly members: Members;
  readonly upgrades: RoomUpgrades;
  readonly successions: Successions;
  readonly reader: RoomReader;
  readonly timelines: Timelines;
  readonly relations: Relations;
  readonly states: PlacedStates;
  readonly visibility: Visibility;
  readonly bundled: BundledAggregations;
  readonly clientEvents: ClientEvents;
  readonly related: RelatedEvents;
  readonly receipts: Receipts;
  readonly typing: Typing;
  readonly presence: Presence;
  /** Numbers the changes of the two before. */
  readonly ephemeralSerial: EphemeralSerial;
  readonly profileOf: ProfileOf;
  readonly delayedEvents: DelayedEvents;
  readonly threadSubscriptions: ThreadSubscriptions;
}

/** What rooms ask of what is above them. */
export interface RoomPorts extends UserPorts {
  readonly ignoredUsers: IgnoredUsers;
  /** Whether it is told who is there. */
  readonly hasPresence: boolean;
  /** How long messages are kept; for ever if left out. */
  readonly retention?: RetentionPolicy | undefined;
  readonly delayed: Pick<DelayedEventParts, "maxDelayMs" | "refusal" | "describe">;
}

/** Opens the rooms of a core. */
export async function openRooms(core: Core, ports: RoomPorts): Promise<RoomParts> {
  const rooms = await Rooms.open(core, ports.retention);
  rooms.emptied.add((roomNid) => rooms.partial.forget(roomNid));
  const ephemeralSerial = new EphemeralSerial(core.clock);
  const timelines = new Timelines(core, rooms.events);
  const relations = new Relations(core);
  const log = new EventLog(rooms, timelines, relations);
  const engine = new RoomEngine(rooms, log);
  const resolutions = new Resolutions(core.clock);
  const resolver = new StateResolver({ core, events: rooms.events, resolutions });
  const receiver = new EventReceiver(rooms, log, { timelines, resolver });
  const outside = new OutsideRooms(rooms, log, receiver);
  const successions = new Successions(rooms);
  const states = new PlacedStates(rooms, timelines);
  const visibility = new Visibility(rooms);
  const { ignoredUsers } = ports;
  const bundled = new BundledAggregations({ rooms, relations, timelines, visibility, ignoredUsers });
  const members = new Members(rooms, engine, ports);
  const reader = new RoomReader(rooms, states);
  return {
    rooms,
    engine,
    receiver,
    resolutions,
    adopt: (adopted) => outside.adopt(adopted),
    noteOutside: (membership) => outside.note(membership),
    complete: (room, partial, fetched) => completeRoom({ rooms, log, receiver, relations, resolver }, room, partial, fetched),
    members,
    upgrades: new RoomUpgrades(rooms, engine, { profileOf: ports.profileOf, successions }),
    successions,
    reader,
    timelines,
    relations,
    states,
    visibility,
    bundled,
    related: new RelatedEvents(rooms, visibility),
    clientEvents: new ClientEvents(rooms, visibility, bundled),
    receipts: await Receipts.open(rooms),
    typing: new Typing(rooms, ephemeralSerial),
    presence: new Presence(rooms, ephemeralSerial, ports.hasPresence),
    ephemeralSerial,
    profileOf: ports.profileOf,
    threadSubscriptions: new ThreadSubscriptions({ rooms, reader, visibility }),
    delayedEvents: new DelayedEvents({ rooms, reader, engine, members, ...ports.delayed }),
  };
}
