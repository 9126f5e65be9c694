import type { JsonObject } from "@patrix/api";
import { KeyedQueue, SingleFlight } from "@patrix/concurrency";
import { operation } from "../../store/statement.ts";
import { forgetRoom } from "../../store/statements/rooms.ts";
import { requireWithin } from "../../errors.ts";
import { RoomError } from "../errors.ts";
import { type OtherServers, requireReachable } from "../../other-servers.ts";
import { memberContent, type ProfileOf } from "./member-content.ts";
import type { RoomEngine } from "../write/room-engine.ts";
import type { LoadedRoom, RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { letsGuestsIn } from "../read/guest-access.ts";
import { requireRoomToJoin } from "./require-room-to-join.ts";
import { membershipOf, restrictedJoinAuthoriser } from "./restricted-join.ts";

/** Who changes whose membership, and why. */
export interface MembershipChange {
  readonly sender: string;
  readonly target: string;
  readonly reason?: string | undefined;
}

/** What rooms ask of their users' accounts. */
export interface UserPorts {
  readonly profileOf: ProfileOf;
  /** Whether a user takes no invites. */
  readonly blocksInvites: (userId: string) => Promise<boolean>;
  readonly isGuest: (userId: string) => Promise<boolean>;
  readonly otherServers: OtherServers;
}

/** Changes of membership by local users. */
export class Members {
  readonly #rooms: Rooms;
  readonly #engine: RoomEngine;
  readonly #ports: UserPorts;
  /** Users whose profile is being shown, and whether it has changed again since. */
  readonly #outdated = new Map<string, boolean>();
  readonly #joining = new SingleFlight<string, void>();
  /** The invites of a user come one after another: between count and commit, nobody else may add one. */
  readonly #inviting = new KeyedQueue<string>();

  constructor(rooms: Rooms, engine: RoomEngine, ports: UserPorts) {
    this.#rooms = rooms;
    this.#engine = engine;
    this.#ports = ports;
  }

  /** Joins a user; one who is joined already, or about to be, stays so, without another event. `more` is added to the content. */
  join(room: RoomHandle, userId: string, more: JsonObject = {}): Promise<void> {
    const key = `${room.nid} ${userId}`;
    return this.#joining.run(key, () => this.#join(room, userId, more));
  }

  async #join(room: RoomHandle, userId: string, more: JsonObject): Promise<void> {
    const loaded = await this.#rooms.load(room);
    if ((await membershipOf(this.#rooms, loaded, userId)) === "join") return;
    await this.#requireGuestAccess(loaded, userId);
    await this.#addRoom(loaded, userId, async () => {
      const content = { ...more, ...(await memberContent(this.#ports.profileOf, userId, "join")) };
      return this.#send(room, { sender: userId, target: userId }, await this.#authorised(loaded, userId, content));
    });
  }

  /**
   * Sets a membership to a content of the user's own. Who lets a user into a restricted room is decided here, whatever the
   * content says.
   *
   * @throws {RoomError} `INVITE_BLOCKED` or `FORBIDDEN`. @throws {UnreachableError} For an invite to a server that cannot be asked.
   */
  async setMembership(room: LoadedRoom, change: MembershipChange, content: JsonObject): Promise<StoredEvent> {
    const { sender, target } = change;
    if (content["membership"] === "invite") return this.#addInvite(target, () => this.#send(room, change, content));
    if (content["membership"] !== "join" || sender !== target) return this.#send(room, change, content);
    await this.#requireGuestAccess(room, target);
    return this.#addRoom(room, target, async () => this.#send(room, change, await this.#authorised(room, target, content)));
  }

  /** The content of a join, with who lets the user in where the room is restricted. */
  async #authorised(room: LoadedRoom, userId: string, content: JsonObject): Promise<JsonObject> {
    const { join_authorised_via_users_server: _claimed, ...own } = content;
    const authoriser = await restrictedJoinAuthoriser(this.#rooms, room, userId);
    return authoriser === undefined ? own : { ...own, join_authorised_via_users_server: authoriser };
  }

  /** Joins a user who may be in another room, or is in this one. @throws {LimitError} */
  async #addRoom(room: LoadedRoom, userId: string, join: () => Promise<StoredEvent>): Promise<StoredEvent> {
    const userNid = await this.#rooms.core.users.intern(userId);
    return this.#rooms.additionsOfUser.run(userNid, async () => {
      if ((await membershipOf(this.#rooms, room, userId)) !== "join") await requireRoomToJoin(this.#rooms, userNid, "roomId");
      return join();
    });
  }

  /** Invites a user who may get another invite. @throws {RoomError} `INVITE_BLOCKED`. @throws {UnreachableError} @throws {LimitError} */
  #addInvite<T>(userId: string, invite: () => Promise<T>): Promise<T> {
    return this.#inviting.run(userId, async () => {
      await this.requireInvitable(userId);
      return invite();
    });
  }

  /** Checks that a guest may join. @throws {RoomError} `NO_GUESTS`. */
  async #requireGuestAccess(room: LoadedRoom, userId: string): Promise<void> {
    if ((await this.#ports.isGuest(userId)) && !(await letsGuestsIn(this.#rooms, room)))
      throw new RoomError("NO_GUESTS", "the room does not let guests in");
  }

  /** Checks that a user can be invited. @throws {RoomError} `INVITE_BLOCKED`. @throws {UnreachableError} @throws {LimitError} */
  async requireInvitable(userId: string): Promise<void> {
    requireReachable(this.#ports.otherServers, [userId]);
    if (await this.#ports.blocksInvites(userId)) throw new RoomError("INVITE_BLOCKED", `${userId} does not take invites`);
    const userNid = await this.#rooms.core.users.find(userId);
    if (userNid === undefined) return;
    const known = [...(await this.#rooms.ofUser(userNid)).values()];
    requireWithin("pendingInvites", known.filter(({ membership }) => membership === "invite").length + 1, "user_id");
  }

  /** Invites a user. */
  async invite(room: RoomHandle, change: MembershipChange, more: JsonObject = {}): Promise<void> {
    const loaded = await this.#rooms.load(room);
    if ((await membershipOf(this.#rooms, loaded, change.target)) === "ban")
      throw new RoomError("FORBIDDEN", `${change.target} is banned from the room`);
    await this.#addInvite(change.target, () => this.#change(room, change, "invite", more));
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
    if (membership !== "leave" && membership !== "ban") throw new RoomError("NOT_LEFT", "leave the room before you forget it");
    await this.#rooms.core.log.append({ positions: [], operations: [operation(forgetRoom, room.nid, userNid)] });
    await this.#rooms.applyForget(room.nid, userNid);
  }

  /**
   * Shows the present profile of a user in every joined room, one room after the other, and passes over rooms that refuse.
   * Changes that come meanwhile are shown together.
   */
  async updateProfile(userId: string): Promise<void> {
    const isUnderWay = this.#outdated.has(userId);
    this.#outdated.set(userId, true);
    if (isUnderWay) return;
    try {
      while (this.#outdated.get(userId)) {
        this.#outdated.set(userId, false);
        await this.#showProfile(userId);
      }
    } finally {
      this.#outdated.delete(userId);
    }
  }

  async #showProfile(userId: string): Promise<void> {
    const userNid = await this.#rooms.core.users.find(userId);
    if (userNid === undefined) return;
    const memberships = [...(await this.#rooms.ofUser(userNid))];
    for (const [roomNid, { membership }] of memberships) {
      const room = this.#rooms.byNid(roomNid);
      if (membership !== "join" || !room) continue;
      try {
        await this.#change(room, { sender: userId, target: userId }, "join");
      } catch (error) {
        if (!(error instanceof RoomError)) throw error;
      }
    }
  }

  async #change(room: RoomHandle, change: MembershipChange, membership: string, more: JsonObject = {}): Promise<void> {
    const content = await memberContent(this.#ports.profileOf, change.target, membership, change.reason);
    await this.#send(room, change, { ...content, ...more });
  }

  #send(room: RoomHandle, { sender, target }: MembershipChange, content: JsonObject): Promise<StoredEvent> {
    return this.#engine.send(room, { type: "m.room.member", stateKey: target, sender, content });
  }
}
