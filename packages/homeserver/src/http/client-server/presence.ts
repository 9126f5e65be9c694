import { matrixError } from "@patrix/api";
import { getPresence, setPresence } from "@patrix/client-api";
import { handle } from "@patrix/server";
import { requireWithin } from "../../errors.ts";
import type { PresenceState } from "../../rooms/ephemeral/shown-presence.ts";
import { writePresence } from "../../sync/cuts/presence-events.ts";
import type { Registration } from "../registration.ts";
import type { RoomServices } from "./room-services.ts";

const states: ReadonlySet<string> = new Set<PresenceState>(["online", "unavailable", "offline"]);

/** Handlers of who is there. */
export function presenceHandlers({ rooms, presence }: RoomServices): Registration[] {
  const { users, clock } = rooms.core;
  return [
    handle(setPresence, async ({ path, body }, { user }) => {
      if (path.userId !== user.userId) throw matrixError("M_FORBIDDEN", "path variable userId: you can only speak for yourself");
      requireWithin("statusMsgBytes", Buffer.byteLength(body.status_msg ?? ""), "/status_msg");
      presence.set(user.userNid, readPresenceState(body.presence, "/presence"), body.status_msg);
      return {};
    }),
    handle(getPresence, async ({ path }, { user }) => {
      const userNid = await users.find(path.userId);
      if (userNid === undefined || !(await presence.maySee(user.userNid, userNid)))
        throw matrixError("M_FORBIDDEN", `you share no room with ${path.userId}`);
      return writePresence(presence.of(userNid), clock.now());
    }),
  ];
}

/** Reads a state. @throws {MatrixError} `M_INVALID_PARAM`. */
export function readPresenceState(text: string, where: string): PresenceState {
  if (!states.has(text)) throw matrixError("M_INVALID_PARAM", `${where}: expected online, unavailable or offline`);
  // It is one of the set.
  return text as PresenceState;
}
