import { isJsonObject, type JsonObject } from "@patrix/api";
import { LruCache } from "@patrix/concurrency";
import { serverOf } from "@patrix/signatures";
import { inBackground } from "../../background.ts";
import { limits } from "../../limits.ts";
import { isLocalUser } from "../../log/core.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { PresenceState } from "../../rooms/ephemeral/shown-presence.ts";
import { turnIfDue } from "../../turns.ts";
import type { TakeEdu } from "./edu-intake.ts";

const states: ReadonlySet<unknown> = new Set<PresenceState>(["online", "unavailable", "offline"]);

/** Takes in who is there on other servers, of those who share a room with one of this server's users. */
export function takePresence(
  { rooms, presence }: Pick<RoomParts, "rooms" | "presence">,
  isShared: (userNid: number) => Promise<boolean>,
  failed: (error: unknown) => void = () => {},
): TakeEdu {
  const { core } = rooms;
  /** What was told of users who may turn out to be in rooms whose members have not come yet. */
  const held = new LruCache<string, { readonly origin: string; readonly told: JsonObject }>(limits.heldPresence.value);
  rooms.partial.completed.add(() => {
    const waiting: { readonly origin: string; readonly told: JsonObject }[] = [];
    held.sweep((known) => waiting.push(known) > 0);
    const taking = async (): Promise<void> => {
      for (const { origin, told } of waiting) {
        const turn = turnIfDue();
        if (turn) await turn;
        await take(origin, told);
      }
    };
    void inBackground(taking(), failed);
  });
  const take = async (origin: string, told: JsonObject): Promise<void> => {
    const { user_id: userId, presence: state, status_msg: statusMsg, last_active_ago: ago, currently_active: isActive } = told;
    if (typeof userId !== "string" || serverOf(userId) !== origin || isLocalUser(core, userId) || !states.has(state)) return;
    const userNid = await core.users.find(userId);
    if (userNid === undefined || !(await isShared(userNid))) {
      if (rooms.partial.all().some((roomNid) => rooms.partial.of(roomNid)?.servers.has(origin))) held.set(userId, { origin, told });
      return;
    }
    const isText = typeof statusMsg === "string" && Buffer.byteLength(statusMsg) <= limits.statusMsgBytes.value;
    const now = core.clock.now();
    presence.tell(userNid, {
      // It is one of the set.
      presence: state as PresenceState,
      statusMsg: isText ? statusMsg : undefined,
      lastActiveTs: now - (typeof ago === "number" && ago >= 0 ? Math.min(ago, now) : 0),
      isActive: isActive === true,
    });
  };
  return async (origin, { push }) => {
    for (const told of Array.isArray(push) ? push.slice(0, limits.presenceInAnswer.value) : []) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (isJsonObject(told)) await take(origin, told);
    }
  };
}
