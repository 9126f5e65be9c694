import type { JsonObject } from "@patrix/api";
import { SingleFlight } from "@patrix/concurrency";
import { operation } from "../../store/statement.ts";
import { forgetRoom } from "../../store/statements/rooms.ts";
import { RoomError } from "../errors.ts";
import { memberContent, type ProfileOf } from "./member-content.ts";
import type { RoomEngine } from "../write/room-engine.ts";
import type { RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { membershipOf, restrictedJoinAuthoriser } from "./restricted-join.ts";

/** Who changes whose membership, and why. */
export interface MembershipChange {
  readonly sender: string;
  readonly target: string;
  readonly reason?: string | undefined;
}

/** Changes of membership by local users. */
export class Members {
  readonly #rooms: Rooms;
  readonly #engine: RoomEngine;
  readonly #profileOf: ProfileOf;
  readonly #joining = new SingleFlight<string, void>();

  constructor(rooms: Rooms, engine: RoomEngine, profileOf: ProfileOf) {
    this.#rooms = rooms;
    this.#engine = engine;
    this.#profileOf = profileOf;
  }

  /** Joins a user; one who is joined already, or about to be, stays so, without another event. */
  join(room: RoomHandle, userId: string, reason?: string): Promise<void> {
    const key = `${room.nid} ${userId}`;
    return this.#joining.run(key, () => this.#join(room, userId, reason));
  }

  async #join(room: RoomHandle, userId: string, reason: string | undefined): Promise<void> {
    const loaded = await this.#rooms.load(room);
    if ((await membershipOf(this.#rooms, loaded, userId)) === "join") return;
    const content = await memberContent(this.#profileOf, userId, "join", reason);
    const authoriser = await restrictedJoinAuthoriser(this.#rooms, loaded, userId);
    if (authoriser !== undefined) content["join_authorised_via_users_server"] = authoriser;
    await this.#send(room, { sender: userId, target: userId }, content);
  }

  /** Invites a user. */
  async invite(room: RoomHandle, change: MembershipChange, more: JsonObject = {}): Promise<void> {
    const loaded = await this.#rooms.load(room);
    if ((await membershipOf(this.#rooms, loaded, change.target)) === "ban")
      throw new RoomError("FORBIDDEN", `${change.target} is banned from the room`);
    await this.#change(room, change, "invite", more);
  }

  /** Asks to be let in. */
  async knock(room: RoomHandle, userId: string, reason?: string): Promise<void> {
    await this.#change(room, { sender: userId, target: userId, reason }, "knock");
  }

  /** Leaves the room, rejects an invite, or takes back a knock. */
  async leave(room: RoomHandle, userId: string, reason?: string): Promise<void> {
    const loaded = await this.#rooms.load(room);
    const membership = await membershipOf(this.#rooms, loaded, userId);
    if (membership === undefined) throw new RoomError("ROOM_NOT_FOUND", "you are not in the room");
    if (membership === "leave") return;
    await this.#change(room, { sender: userId, target: userId, reason }, "leave");
  }

  /** Makes another user leave. */
  async kick(room: RoomHandle, change: MembershipChange): Promise<void> {
    const loaded = await this.#rooms.load(room);
    const membership = await membershipOf(this.#rooms, loaded, change.target);
    if (membership !== "join" && membership !== "invite" && membership !== "knock")
      throw new RoomError("FORBIDDEN", `${change.target} is not in the room`);
    await this.#change(room, change, "leave");
  }

  /** Bans a user. */
  async ban(room: RoomHandle, change: MembershipChange): Promise<void> {
    await this.#change(room, change, "ban");
  }

  /** Takes a ban back. */
  async unban(room: RoomHandle, change: MembershipChange): Promise<void> {
    const loaded = await this.#rooms.load(room);
    if ((await membershipOf(this.#rooms, loaded, change.target)) !== "ban")
      throw new RoomError("FORBIDDEN", `${change.target} is not banned`);
    await this.#change(room, change, "leave");
  }

  /** Takes a room that the user has left out of the user's sight. */
  async forget(room: RoomHandle, userNid: number): Promise<void> {
    const membership = (await this.#rooms.ofUser(userNid)).get(room.nid)?.membership;
    if (membership !== "leave" && membership !== "ban") throw new RoomError("INVALID_EVENT", "leave the room before you forget it");
    await this.#rooms.core.log.append({ positions: [], operations: [operation(forgetRoom, room.nid, userNid)] });
    await this.#rooms.applyForget(room.nid, userNid);
  }

  /** Repeats the membership events of a user with the present profile, in every joined room. */
  async updateProfile(userId: string): Promise<void> {
    const userNid = await this.#rooms.core.users.find(userId);
    if (userNid === undefined) return;
    for (const [roomNid, { membership }] of await this.#rooms.ofUser(userNid)) {
      const room = this.#rooms.byNid(roomNid);
      if (membership === "join" && room) await this.#change(room, { sender: userId, target: userId }, "join");
    }
  }

  async #change(room: RoomHandle, change: MembershipChange, membership: string, more: JsonObject = {}): Promise<void> {
    const content = await memberContent(this.#profileOf, change.target, membership, change.reason);
    await this.#send(room, change, { ...content, ...more });
  }

  async #send(room: RoomHandle, { sender, target }: MembershipChange, content: JsonObject): Promise<void> {
    await this.#engine.send(room, { type: "m.room.member", stateKey: target, sender, content });
  }
}
