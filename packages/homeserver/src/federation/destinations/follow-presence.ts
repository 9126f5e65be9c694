import type { Edu } from "@patrix/events";
import { serverOf } from "@patrix/signatures";
import { type BackgroundFailure, inBackground } from "../../background.ts";
import { isLocalUser } from "../../log/core.ts";
import { limits } from "../../limits.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { nextTurn, turnIfDue } from "../../turns.ts";
import type { Sender } from "./sender.ts";

/** Who is there is told again in this time, since what was told holds for half an hour, in milliseconds. */
const TELL_AGAIN_MS = 1_500_000;

/** What other servers are told of by {@link followPresence}. */
export interface PresenceFollowers {
  /** The servers of the rooms that a user is in. */
  readonly sharing: (userNid: number) => Promise<ReadonlySet<string>>;
  readonly sender: Pick<Sender, "sendEphemeral">;
  readonly failed: BackgroundFailure;
}

/** Tells other servers which of this one's users are there: those that share a room, of each user only the newest. */
export function followPresence(
  { rooms, presence }: Pick<RoomParts, "rooms" | "presence">,
  { sharing, sender, failed }: PresenceFollowers,
): void {
  const { core } = rooms;
  const tell = async (userNid: number, servers: Iterable<string>): Promise<void> => {
    const userId = await core.users.text(userNid);
    if (!isLocalUser(core, userId)) return;
    const { presence: state, statusMsg, lastActiveTs, isActive } = presence.of(userNid);
    const told = {
      user_id: userId,
      presence: state,
      last_active_ago: Math.max(0, core.clock.now() - (lastActiveTs ?? core.clock.now())),
      ...(statusMsg !== undefined && { status_msg: statusMsg }),
      currently_active: isActive,
    };
    // It has the form of its type, but for the branded ID.
    const edu = { edu_type: "m.presence", content: { push: [told] } } as object as Edu;
    sender.sendEphemeral(servers, `presence ${userNid}`, edu);
  };
  const tellAll = async (userNids: Iterable<number>): Promise<void> => {
    for (const userNid of userNids) {
      const turn = turnIfDue();
      if (turn) await turn;
      await tell(userNid, await sharing(userNid));
    }
  };
  const later = (told: Promise<void>): void =>
    void inBackground(told, (error) => failed("who is there could not be told to other servers", error));
  presence.onTell((userNids) => later(tellAll(userNids)));
  const again = core.clock.every(TELL_AGAIN_MS, () => later(tellAll(presence.localUsersThere())));
  presence.onDispose(() => again.cancel());
  // Whoever comes from elsewhere learns who is there. With a room that is taken over all its members come at once.
  const welcome = async (room: LoadedRoom, userNids: Iterable<number>): Promise<void> => {
    const servers = new Set<string>();
    for (const userNid of userNids) {
      const turn = turnIfDue();
      if (turn) await turn;
      const server = serverOf(await core.users.text(userNid)) ?? "";
      if (server !== core.serverName) servers.add(server);
      else if (presence.isThere(userNid)) await tellAll([userNid]);
    }
    if (servers.size === 0) return;
    const there = presence.localUsersThere().filter((nid) => room.view.members.get(nid)?.membership === "join");
    for (const nid of there.slice(0, limits.presenceInAnswer.value)) await tell(nid, servers);
  };
  const come = new Map<LoadedRoom, Set<number>>();
  const welcomeAll = async (): Promise<void> => {
    const all = [...come];
    come.clear();
    for (const [room, userNids] of all) await welcome(room, userNids);
  };
  rooms.onMembership((room, userNid, { membership, before }) => {
    if (membership !== "join" || before?.membership === "join") return;
    if (come.size === 0) later(nextTurn().then(welcomeAll));
    const ofRoom = come.get(room);
    if (ofRoom) ofRoom.add(userNid);
    else come.set(room, new Set([userNid]));
  });
}
