import type { JsonObject } from "@patrix/api";
import { isJsonObject } from "@patrix/api";
import { operation } from "../../store/statement.ts";
import { forgetRoom } from "../../store/statements/rooms.ts";
import { RoomError } from "../errors.ts";
import { memberContent, type ProfileOf } from "./member-content.ts";
import { powerLevels, stateEvent } from "../read/state-event.ts";
import type { RoomEngine } from "../write/room-engine.ts";
import type { LoadedRoom, RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";

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
  readonly #joining = new Map<string, Promise<void>>();

  constructor(rooms: Rooms, engine: RoomEngine, profileOf: ProfileOf) {
    this.#rooms = rooms;
    this.#engine = engine;
    this.#profileOf = profileOf;
  }

  /** Joins a user; one who is joined already, or about to be, stays so, without another event. */
  join(room: RoomHandle, userId: string, reason?: string): Promise<void> {
    const key = `${room.nid} ${userId}`;
    const underWay = this.#joining.get(key);
    if (underWay) return underWay;
    const joining = this.#join(room, userId, reason).finally(() => this.#joining.delete(key));
    this.#joining.set(key, joining);
    return joining;
  }

  async #join(room: RoomHandle, userId: string, reason: string | undefined): Promise<void> {
    const loaded = await this.#rooms.load(room);
    if ((await this.membership(loaded, userId)) === "join") return;
    const content = await memberContent(this.#profileOf, userId, "join", reason);
    const authoriser = await this.#restrictedJoinAuthoriser(loaded, userId);
    if (authoriser !== undefined) content["join_authorised_via_users_server"] = authoriser;
    await this.#send(room, { sender: userId, target: userId }, content);
  }

  /** Invites a user. */
  async invite(room: RoomHandle, change: MembershipChange, more: JsonObject = {}): Promise<void> {
    const loaded = await this.#rooms.load(room);
    if ((await this.membership(loaded, change.target)) === "ban")
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
    const membership = await this.membership(loaded, userId);
    if (membership === undefined) throw new RoomError("ROOM_NOT_FOUND", "you are not in the room");
    if (membership === "leave") return;
    await this.#change(room, { sender: userId, target: userId, reason }, "leave");
  }

  /** Makes another user leave. */
  async kick(room: RoomHandle, change: MembershipChange): Promise<void> {
    const loaded = await this.#rooms.load(room);
    const membership = await this.membership(loaded, change.target);
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
    if ((await this.membership(loaded, change.target)) !== "ban") throw new RoomError("FORBIDDEN", `${change.target} is not banned`);
    await this.#change(room, change, "leave");
  }

  /** Takes a room that the user has left out of the user's sight. */
  async forget(room: RoomHandle, userNid: number): Promise<void> {
    const membership = (await this.#rooms.ofUser(userNid)).get(room.nid)?.membership;
    if (membership !== "leave" && membership !== "ban") throw new RoomError("INVALID_EVENT", "leave the room before you forget it");
    await this.#rooms.core.log.append({ positions: [], operations: [operation(forgetRoom, room.nid, userNid)] });
    await this.#rooms.applyForget(room.nid, userNid);
  }

  /** The present membership of a user, `undefined` where there never was one. */
  async membership(room: LoadedRoom, userId: string): Promise<string | undefined> {
    const userNid = await this.#rooms.core.users.find(userId);
    return userNid === undefined ? undefined : room.view.members.get(userNid)?.membership;
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

  /**
   * For a restricted room that the user is not invited to: a joined local user who may invite, named if the joining user
   * is in one of the allowed rooms.
   *
   * @see {@link https://spec.matrix.org/v1.19/server-server-api/#restricted-rooms}
   */
  async #restrictedJoinAuthoriser(room: LoadedRoom, userId: string): Promise<string | undefined> {
    const rules = await stateEvent(this.#rooms, room, "m.room.join_rules");
    const joinRule = rules?.content["join_rule"];
    if (joinRule !== "restricted" && joinRule !== "knock_restricted") return undefined;
    if ((await this.membership(room, userId)) === "invite" || !(await this.#isAllowed(rules?.content["allow"], userId))) return undefined;
    const levels = await powerLevels(this.#rooms, room);
    for (const [userNid, { membership }] of room.view.members) {
      const candidate = await this.#rooms.core.users.text(userNid);
      const isLocal = candidate.endsWith(`:${this.#rooms.core.serverName}`);
      if (membership === "join" && isLocal && levels.userLevel(candidate) >= levels.level("invite")) return candidate;
    }
    return undefined;
  }

  async #isAllowed(allow: unknown, userId: string): Promise<boolean> {
    if (!Array.isArray(allow)) return false;
    for (const condition of allow as unknown[]) {
      if (!isJsonObject(condition) || condition["type"] !== "m.room_membership" || typeof condition["room_id"] !== "string") continue;
      const room = this.#rooms.find(condition["room_id"]);
      if (room && (await this.membership(await this.#rooms.load(room), userId)) === "join") return true;
    }
    return false;
  }
}
