import type { JsonObject } from "@patrix/api";
import { KeyedQueue, SingleFlight } from "@patrix/concurrency";
import { isLocalUser } from "../../log/core.ts";
import { operation } from "../../store/statement.ts";
import { forgetRoom } from "../../store/statements/rooms.ts";
import { requireWithin } from "../../errors.ts";
import { RoomError } from "../errors.ts";
import { type OtherServers, requireReachable } from "../../other-servers.ts";
import { memberContent, type ProfileOf } from "./member-content.ts";
import type { EventDraft } from "../write/event-draft.ts";
import type { RoomEngine, SendOrigin } from "../write/room-engine.ts";
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
  /** When it was changed, in milliseconds; now if left out. */
  readonly ts?: number | undefined;
}

/** What rooms ask of their users' accounts. */
export interface UserPorts {
  readonly profileOf: ProfileOf;
  /** Whether a user takes no invites of another. */
  readonly blocksInvites: (userId: string, senderId: string) => Promise<boolean>;
  readonly isGuest: (userId: string) => Promise<boolean>;
  readonly otherServers: OtherServers;
  /** The user in whose name the server speaks, whose rooms nobody leaves. */
  readonly noticesUserId?: string | undefined;
}

/** Changes of membership by local users. */
export class Members {
  readonly #rooms: Rooms;
  readonly #engine: RoomEngine;
  readonly #ports: UserPorts;
  /** Users whose profile is being shown, and whether it has changed again since. */
  readonly #outdated = new Map<string, boolean>();
  readonly #joining = new SingleFlight<string, boolean>();
  /** The invites of a user come one after another: between count and commit, nobody else may add one. */
  readonly #inviting = new KeyedQueue<string>();

  constructor(rooms: Rooms, engine: RoomEngine, ports: UserPorts) {
    this.#rooms = rooms;
    this.#engine = engine;
    this.#ports = ports;
  }

  /**
   * Joins a user to a room of this server or another one.
   *
   * @param via - Servers that know the room.
   * @throws {RoomError} `ROOM_NOT_FOUND`, `FORBIDDEN` or `NO_GUESTS`.
   */
  async joinBy(
    roomId: string,
    userId: string,
    { via, more = {} }: { readonly via: readonly string[]; readonly more?: JsonObject },
  ): Promise<void> {
    this.#rooms.blocks.require(roomId);
    const userNid = await this.#rooms.core.users.intern(userId);
    const known = this.#rooms.find(roomId);
    if (known && (await membershipOf(this.#rooms, await this.#rooms.load(known), userId)) === "join") return;
    const isDone = await this.#joining.run(`${roomId} ${userId}`, () =>
      this.#rooms.additionsOfUser.run(userNid, async () => {
        if (await this.#ports.isGuest(userId)) return false;
        await requireRoomToJoin(this.#rooms, userNid, "roomId");
        const { membership: _membership, ...content } = { ...more, ...(await memberContent(this.#ports.profileOf, userId, "join")) };
        return this.#ports.otherServers.join({ roomId, userId, content, via });
      }),
    );
    if (!isDone) await this.join(this.#rooms.get(roomId), userId, more);
  }

  /** Joins a user; one who is joined already, or about to be, stays so, without another event. `more` is added to the content. */
  join(room: RoomHandle, userId: string, more: JsonObject = {}): Promise<void> {
    const key = `${room.nid} ${userId}`;
    return this.#joining.run(key, () => this.#join(room, userId, more)).then(() => {});
  }

  async #join(room: RoomHandle, userId: string, more: JsonObject): Promise<boolean> {
    const loaded = await this.#rooms.load(room);
    this.#rooms.blocks.require(loaded.id);
    if ((await membershipOf(this.#rooms, loaded, userId)) === "join") return true;
    await this.#requireGuestAccess(loaded, userId);
    await this.#addRoom(loaded, userId, async () => {
      const content = { ...more, ...(await memberContent(this.#ports.profileOf, userId, "join")) };
      return this.#send(room, { sender: userId, target: userId }, await this.#authorised(loaded, userId, content));
    });
    return true;
  }

  /**
   * Sets a membership to a content of the user's own. Who lets a user into a restricted room is decided here, whatever the
   * content says.
   *
   * @throws {RoomError} `INVITE_BLOCKED` or `FORBIDDEN`. @throws {UnreachableError} For an invite to a server that cannot be asked.
   */
  async setMembership(room: LoadedRoom, change: MembershipChange, content: JsonObject, origin?: SendOrigin): Promise<StoredEvent> {
    const { sender, target } = change;
    if (["invite", "join", "knock"].includes(String(content["membership"]))) this.#rooms.blocks.require(room.id);
    if (content["membership"] === "invite") return this.#addInvite(change, () => this.#send(room, change, content, origin));
    if (content["membership"] !== "join" || sender !== target) return this.#send(room, change, content, origin);
    await this.#requireGuestAccess(room, target);
    return this.#addRoom(room, target, async () => this.#send(room, change, await this.#authorised(room, target, content), origin));
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
  #addInvite<T>({ sender, target }: MembershipChange, invite: () => Promise<T>): Promise<T> {
    return this.#inviting.run(target, async () => {
      await this.requireInvitable(target, sender);
      return invite();
    });
  }

  /** Checks that a guest may join. @throws {RoomError} `NO_GUESTS`. */
  async #requireGuestAccess(room: LoadedRoom, userId: string): Promise<void> {
    if ((await this.#ports.isGuest(userId)) && !(await letsGuestsIn(this.#rooms, room)))
      throw new RoomError("NO_GUESTS", "the room does not let guests in");
  }

  /** Checks that a user can be invited. @throws {RoomError} `INVITE_BLOCKED`. @throws {UnreachableError} @throws {LimitError} */
  async requireInvitable(userId: string, senderId: string): Promise<void> {
    requireReachable(this.#ports.otherServers, [userId]);
    if (await this.#ports.blocksInvites(userId, senderId)) throw new RoomError("INVITE_BLOCKED", `${userId} does not take invites`);
    const userNid = await this.#rooms.core.users.find(userId);
    if (userNid === undefined) return;
    const known = [...(await this.#rooms.ofUser(userNid)).values()];
    requireWithin("pendingInvites", known.filter(({ membership }) => membership === "invite").length + 1, "user_id");
  }

  /** Invites a user. */
  async invite(room: RoomHandle, change: MembershipChange, more: JsonObject = {}): Promise<void> {
    const loaded = await this.#rooms.load(room);
    this.#rooms.blocks.require(loaded.id);
    if ((await membershipOf(this.#rooms, loaded, change.target)) === "ban")
      throw new RoomError("FORBIDDEN", `${change.target} is banned from the room`);
    await this.#addInvite(change, () => this.#change(room, change, "invite", more));
  }

  /** Asks to be let in, to a room of this server or another one. */
  async knock(
    roomId: string,
    userId: string,
    { via, reason }: { readonly via: readonly string[]; readonly reason?: string | undefined },
  ): Promise<void> {
    this.#rooms.blocks.require(roomId);
    const { membership: _membership, ...content } = await memberContent(this.#ports.profileOf, userId, "knock", reason);
    if (await this.#ports.otherServers.knock({ roomId, userId, content, via })) return;
    await this.#change(this.#rooms.get(roomId), { sender: userId, target: userId, reason }, "knock");
  }

  /** Leaves the room, rejects an invite, or takes back a knock. */
  async leave(room: RoomHandle, userId: string, reason?: string): Promise<void> {
    const loaded = await this.#rooms.load(room);
    const membership = await membershipOf(this.#rooms, loaded, userId);
    if (membership === undefined) throw new RoomError("ROOM_NOT_FOUND", "you are not in the room");
    if (membership === "leave") return;
    const content = reason === undefined ? {} : { reason };
    if (await this.#ports.otherServers.leave({ roomId: loaded.id, userId, content })) return;
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

  /** Checks that a user does not reject an invite of the server itself. @throws {RoomError} `SERVER_NOTICES`. */
  async #requireLeavable(room: RoomHandle, userId: string): Promise<void> {
    const { noticesUserId } = this.#ports;
    if (noticesUserId === undefined || userId === noticesUserId) return;
    const found = this.#rooms.byNid(room.nid);
    if (found?.creatorNid === undefined || found.creatorNid !== (await this.#rooms.core.users.find(noticesUserId))) return;
    if ((await membershipOf(this.#rooms, await this.#rooms.load(found), userId)) === "invite")
      throw new RoomError("SERVER_NOTICES", "the server invites you to hear from it: that cannot be rejected");
  }

  async #change(room: RoomHandle, change: MembershipChange, membership: string, more: JsonObject = {}): Promise<void> {
    const content = await memberContent(this.#ports.profileOf, change.target, membership, change.reason);
    await this.#send(room, change, { ...content, ...more });
  }

  async #send(room: RoomHandle, change: MembershipChange, content: JsonObject, origin?: SendOrigin): Promise<StoredEvent> {
    const { sender, target, ts } = change;
    if (sender === target && content["membership"] === "leave") await this.#requireLeavable(room, target);
    const draft = { type: "m.room.member", stateKey: target, sender, content, ts };
    const isRemote = content["membership"] === "invite" && !isLocalUser(this.#rooms.core, target);
    return isRemote ? this.#inviteRemote(room, draft) : this.#engine.send(room, draft, origin);
  }

  /** Invites a user of another server, which signs the invite before anybody else gets it. */
  async #inviteRemote(room: RoomHandle, draft: EventDraft & { readonly stateKey: string }): Promise<StoredEvent> {
    const { eventId, roomId, pdu } = await this.#engine.draft(room, draft);
    await this.#ports.otherServers.invite({ roomId, eventId, userId: draft.stateKey, pdu });
    const event = await this.#rooms.events.byId(eventId);
    if (!event) throw new RoomError("EVENT_NOT_FOUND", "the invite was not taken in");
    return event;
  }
}
