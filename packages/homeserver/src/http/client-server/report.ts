import { matrixError } from "@patrix/api";
import { reportEvent, reportRoom, reportUser } from "@patrix/client-api";
import { handle } from "@patrix/server";
import type { Reports, ReportWords } from "../../accounts/reports.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { Registration } from "../registration.ts";

/** What the handlers of reports work with. */
export interface ReportServices extends Pick<RoomParts, "rooms" | "reader" | "visibility"> {
  readonly reports: Reports;
}

/** The handlers with which users report things to the administrators. */
export function reportHandlers({ reports, rooms, reader, visibility }: ReportServices): Registration[] {
  return [
    handle(reportEvent, async ({ path: { roomId, eventId }, body = {} }, { user }) => {
      const room = (await reader.accessIfAllowed(roomId, user.userNid))?.room;
      const isJoined = room?.view.members.get(user.userNid)?.membership === "join";
      const event = isJoined ? await rooms.events.byId(eventId) : undefined;
      if (!room || event?.fields.roomNid !== room.nid || !(await visibility.canSee(room, user.userNid, event)))
        throw matrixError("M_NOT_FOUND", "eventId: you are not in the room, or it has no such event that you may see");
      await reports.file(user.userNid, { roomId, eventId }, readWords(body));
      return {};
    }),
    // Rooms and users need not exist: whoever reports them learns nothing.
    handle(reportRoom, async ({ path: { roomId }, body }, { user }) => {
      await reports.file(user.userNid, { roomId }, body);
      return {};
    }),
    handle(reportUser, async ({ path: { userId }, body }, { user }) => {
      await reports.file(user.userNid, { userId }, body);
      return {};
    }),
  ];
}

/** The score is not in the specification any more, and still sent. */
function readWords(body: { readonly reason?: string | undefined }): ReportWords {
  const score: unknown = "score" in body ? body.score : undefined;
  if (score === undefined || score === null) return { reason: body.reason };
  if (typeof score !== "number" || !Number.isSafeInteger(score)) throw matrixError("M_BAD_JSON", "/score: expected an integer");
  return { reason: body.reason, score };
}
