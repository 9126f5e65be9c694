import type { ServerName, RoomAlias, RoomId, UserId } from "@patrix/identifiers";
import type { LiveList } from "../live/live-list.ts";
import type { Subscription } from "../live/subscription.ts";
import type { FollowUpgradesOptions } from "./follow-upgrades.ts";
import type { Room } from "./room.ts";

/** Which rooms to list. */
export interface RoomListFilter {
  kind?: "room" | "dm" | "space" | "invite" | undefined;
  /** Only rooms with something unread. */
  unread?: boolean | undefined;
  favourite?: boolean | undefined;
  /** Only rooms whose successor the user has joined; they are in no other list. */
  replaced?: boolean | undefined;
  /** Part of the name, in any case. */
  name?: string | undefined;
}

/** Options of {@link Rooms.list}. */
export interface RoomListOptions {
  /** Default: every room that the user has joined, but for those that were replaced by another one. */
  filter?: RoomListFilter | undefined;
  /** Default: `recency`. */
  sort?: "recency" | "name" | ((a: Room, b: Room) => number) | undefined;
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

/** The rooms of the user. */
export interface Rooms {
  /** A room that the client knows of. */
  get(id: RoomId): Room | undefined;
  /** A list that follows what happens. */
  list(options?: RoomListOptions): LiveList<Room> & { setFilter(filter: RoomListFilter): void };
  /** Rooms that the user is invited to, the newest first. */
  readonly invites: LiveList<Room>;
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
