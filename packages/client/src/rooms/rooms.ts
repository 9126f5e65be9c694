import type { ServerName, RoomAlias, RoomId, UserId } from "@patrix/identifiers";
import type { LiveList } from "../live/live-list.ts";
import type { Subscription } from "../live/subscription.ts";
import type { FollowUpgradesOptions } from "./follow-upgrades-options.ts";
import type { Room } from "./room.ts";

/** Which rooms to list. */
export interface RoomListFilter {
  kind?: "room" | "dm" | "space" | "invite" | undefined;
  /** Only rooms with something unread. */
  unread?: boolean | undefined;
  favourite?: boolean | undefined;
  lowPriority?: boolean | undefined;
  /** Only rooms in a space, or in a space below it. */
  space?: RoomId | undefined;
  /** Only rooms whose successor the user has joined; they are in no other list. */
  replaced?: boolean | undefined;
  /** Part of the name, in any case. */
  name?: string | undefined;
}

/** Options of {@link Rooms.list}. */
export interface RoomListOptions {
  /** Default: every room that the user has joined, but for those that were replaced by another one. */
  filter?: RoomListFilter | (() => RoomListFilter) | undefined;
  /** `unread` has mentions first, then what else is unread, then the rest. Default: `recency`. */
  sort?: "recency" | "name" | "unread" | ((a: Room, b: Room) => number) | undefined;
  /** How many rooms the list has at first, and how many `more` adds. Default: all. */
  window?: number | undefined;
}

/** A list of rooms that follows what happens. Of its items everything is live; one that has changed is set again in `diffs`. */
export interface RoomListView extends LiveList<Room> {
  /** How many rooms there are in all. */
  readonly total: number;
  setFilter(filter: RoomListFilter): void;
  /** Widens the window; tells whether there are more rooms still. */
  more(): boolean;
}

/** What a new room is like. */
export interface CreateRoomOptions {
  name?: string | undefined;
  topic?: string | undefined;
  /** Local part of the alias. */
  alias?: string | undefined;
  invite?: readonly UserId[] | undefined;
  /** Default: `false`. */
  encrypted?: boolean | undefined;
  /** Default: `private`. */
  preset?: "private" | "public" | "trusted" | undefined;
  space?: boolean | undefined;
  /** The server's own choice by default. */
  version?: string | undefined;
}

/** What may be known of a room before joining it. */
export interface RoomPreview {
  readonly id: RoomId;
  readonly name: string | undefined;
  readonly topic: string | undefined;
  readonly members: number;
  /** `invite` where the server does not say. */
  readonly joinRule: string;
}

/** A room or space in a space. */
export interface SpaceChild extends RoomPreview {
  readonly isSpace: boolean;
  /** Whether the user is in it. */
  readonly joined: boolean;
}

/** The rooms of the user. */
export interface Rooms {
  /** A room that the client knows of. */
  get(id: RoomId): Room | undefined;
  /** A list that follows what happens. */
  list(options?: RoomListOptions): RoomListView;
  /** Rooms that the user is invited to, the newest first. */
  readonly invites: LiveList<Room>;
  /** Spaces that the user has joined, by name; `children` walks through one, depth first, also to what the user has not joined. */
  readonly spaces: RoomListView & { children(id: RoomId): AsyncIterable<SpaceChild> };
  create(options?: CreateRoomOptions): Promise<Room>;
  /** The direct chat with a user; makes one if there is none. */
  dm(user: UserId): Promise<Room>;
  /** Joins; to a room of which the user's server knows nothing, through the servers in `via`. */
  join(idOrAlias: RoomId | RoomAlias, options?: { via?: readonly ServerName[] | undefined }): Promise<Room>;
  /**
   * From now on joins what replaces a room since an upgrade, where the user is in the old room. A room that cannot be joined is
   * logged. End it by calling what it returns.
   *
   * @example
   * client.rooms.followUpgrades({ from: ["@admin:example.org"] });
   */
  followUpgrades(options?: FollowUpgradesOptions): Subscription;
  preview(idOrAlias: RoomId | RoomAlias, options?: { via?: readonly ServerName[] | undefined }): Promise<RoomPreview>;
  /** Searches the public rooms of a server, by default the user's. */
  directory(options?: { search?: string | undefined; server?: ServerName | undefined }): AsyncIterable<RoomPreview>;
}
