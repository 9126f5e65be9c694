import { matrixError } from "@patrix/api";
import { getRoomSummary, type GetRoomSummaryResponse, getSpaceHierarchy } from "@patrix/client-api";
import { handle } from "@patrix/server";
import type { RoomDescriptions } from "../../directory/room-descriptions.ts";
import { mayPreview, viewerMembership } from "../../directory/room-preview.ts";
import type { SpaceHierarchy } from "../../directory/space-hierarchy.ts";
import { roomOfAlias } from "../../rooms/read/room-of-alias.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

/** What the handlers of previews of rooms and spaces work with. */
export interface RoomPreviewServices {
  readonly rooms: Rooms;
  readonly descriptions: RoomDescriptions;
  readonly hierarchy: SpaceHierarchy;
}

/** The handlers with which users look at rooms and spaces that they need not be in. */
export function roomPreviewHandlers(services: RoomPreviewServices): Registration[] {
  return [
    handle(getSpaceHierarchy, ({ path: { roomId }, query = {} }, { user }) => {
      const { suggested_only: suggestedOnly, max_depth: maxDepth, limit, from } = query;
      return services.hierarchy.page({ roomId, suggestedOnly, maxDepth, limit, from }, user);
    }),
    handle(getRoomSummary, async ({ path }, { requester, uri }) => {
      const summary = await summarise(services, path.roomIdOrAlias, requester);
      if (!uri.startsWith("/_matrix/client/unstable/")) return summary;
      const { room_version: version, encryption } = summary;
      return { ...summary, "im.nheko.summary.room_version": version, "im.nheko.summary.encryption": encryption };
    }),
  ];
}

async function summarise(
  { rooms, descriptions }: RoomPreviewServices,
  idOrAlias: string,
  viewer: Requester | undefined,
): Promise<GetRoomSummaryResponse> {
  const room = idOrAlias.startsWith("#") ? await roomOfAlias(rooms, idOrAlias) : rooms.find(idOrAlias);
  const { summary } = room ? await descriptions.of(room) : {};
  // A room that one may not see looks like one that does not exist.
  if (!room || !summary || !(await mayPreview(rooms, summary, viewer)))
    throw matrixError("M_NOT_FOUND", "roomIdOrAlias: the server knows no such room that you may see");
  if (!viewer) return summary;
  return { ...summary, membership: (await viewerMembership(rooms, room, viewer)) ?? "leave" };
}
