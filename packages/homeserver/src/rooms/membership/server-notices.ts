import type { JsonObject } from "@patrix/api";
import { KeyedQueue } from "@patrix/concurrency";
import { LimitError } from "../../errors.ts";
import type { LoadedRoom, Room } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { createRoom } from "../write/create-room.ts";
import type { RoomEngine, SendOrigin } from "../write/room-engine.ts";
import { memberContent, type ProfileOf } from "./member-content.ts";

/** The user in whose name the server speaks. */
export interface NoticeSender {
  readonly userNid: number;
  readonly userId: string;
}

/** What notices are sent with. */
export interface ServerNoticeParts {
  readonly rooms: Rooms;
  readonly engine: RoomEngine;
  readonly profileOf: ProfileOf;
  readonly sender: NoticeSender;
  /** The name of the rooms. */
  readonly roomName: string;
  readonly version: string;
  /** Marks a room, for a user, as one of notices. */
  readonly tag: (userNid: number, roomNid: number) => Promise<void>;
}

/** A notice to a user. */
export interface ServerNotice {
  readonly user: { readonly userNid: number; readonly userId: string };
  readonly content: JsonObject;
  readonly type?: string | undefined;
  /** Makes it a state event. */
  readonly stateKey?: string | undefined;
  /** The device and the transaction ID that it is sent with. */
  readonly origin?: SendOrigin | undefined;
}

/**
 * Speaks to users in the name of the server, to each in one room, whose invite they cannot reject.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-notices}
 */
export class ServerNotices {
  readonly #parts: ServerNoticeParts;
  readonly #ofUser = new KeyedQueue<number>();

  constructor(parts: ServerNoticeParts) {
    this.#parts = parts;
  }

  /** Sends a notice; the first makes the room, and whoever has left it is invited again. @throws {RoomError} As {@link RoomEngine.send}. */
  send({ user, content, type = "m.room.message", stateKey, origin }: ServerNotice): Promise<StoredEvent> {
    return this.#ofUser.run(user.userNid, async () => {
      const room = (await this.#roomOf(user)) ?? (await this.#create(user));
      return this.#parts.engine.send(room, { type, stateKey, sender: this.#parts.sender.userId, content }, origin);
    });
  }

  /** The room in which the server speaks to a user, who is invited again after having left it. */
  async #roomOf({ userNid, userId }: ServerNotice["user"]): Promise<Room | undefined> {
    const { rooms, engine, profileOf, sender } = this.#parts;
    let left: Room | undefined;
    for (const [roomNid, { membership }] of await rooms.ofUser(userNid)) {
      const room = rooms.byNid(roomNid);
      if (room?.creatorNid !== sender.userNid || membership === "ban") continue;
      if (membership === "join" || membership === "invite") return room;
      left = room;
    }
    if (left) {
      const content = await memberContent(profileOf, userId, "invite");
      await engine.send(left, { type: "m.room.member", stateKey: userId, sender: sender.userId, content });
    }
    return left;
  }

  async #create({ userNid, userId }: ServerNotice["user"]): Promise<LoadedRoom> {
    const { rooms, engine, profileOf, sender, roomName: name, version, tag } = this.#parts;
    const room = await createRoom(rooms, engine, profileOf, {
      creator: sender.userId,
      preset: "private_chat",
      version,
      name,
      invite: [userId],
      initialState: [],
      // Nobody answers there.
      powerLevels: { users_default: -10, invite: 100 },
    });
    try {
      await tag(userNid, room.nid);
    } catch (error) {
      // Whoever has too much account data gets the notice without.
      if (!(error instanceof LimitError)) throw error;
    }
    return room;
  }
}
