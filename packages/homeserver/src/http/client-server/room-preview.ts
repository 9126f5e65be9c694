import { matrixError } from "@patrix/api";
import { getRoomSummary, type GetRoomSummaryResponse, getSpaceHierarchy, type RoomSummary } from "@patrix/client-api";
import { handle } from "@patrix/server";
import { serverOf } from "@patrix/signatures";
import type { FoundRoom, OtherServers, RemotePreview } from "../../other-servers.ts";
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
  readonly otherServers: OtherServers;
}

/** The handlers with which users look at rooms and spaces that they need not be in. */
export function roomPreviewHandlers(services: RoomPreviewServices): Registration[] {
  return [
    handle(getSpaceHierarchy, ({ path: { roomId }, query = {} }, { user }) => {
      const { suggested_only: suggestedOnly, max_depth: maxDepth, limit, from } = query;
      return services.hierarchy.page({ roomId, suggestedOnly, maxDepth, limit, from }, user);
    }),
    handle(getRoomSummary, async ({ path, query = {} }, { requester, uri }) => {
      const summary = await summarise(services, { idOrAlias: path.roomIdOrAlias, via: query.via ?? [] }, requester);
      if (!uri.startsWith("/_matrix/client/unstable/")) return summary;
      const { room_version: version, encryption } = summary;
      return { ...summary, "im.nheko.summary.room_version": version, "im.nheko.summary.encryption": encryption };
    }),
  ];
}

async function summarise(
  services: RoomPreviewServices,
  { idOrAlias, via }: { readonly idOrAlias: string; readonly via: readonly string[] },
  viewer: Requester | undefined,
): Promise<GetRoomSummaryResponse> {
  const { rooms, descriptions, otherServers } = services;
  const found = await findRoom(services, idOrAlias);
  const room = found && rooms.find(found.roomId);
  const isHere = room !== undefined && (await otherServers.isHere(room));
  // Other servers are asked for nobody that they could not ask who it was.
  const elsewhere = !isHere && viewer && found ? await otherServers.preview(found.roomId, [...via, ...found.servers]) : undefined;
  const preview = elsewhere && withoutChildren(elsewhere);
  const summary = isHere ? (await descriptions.of(room)).summary : preview;
  // A room that one may not see looks like one that does not exist.
  if (!summary || !(await mayPreview(rooms, summary, viewer)))
    throw matrixError("M_NOT_FOUND", "roomIdOrAlias: the server knows no such room that you may see");
  if (!viewer) return summary;
  return { ...summary, membership: (room && (await viewerMembership(rooms, room, viewer))) ?? "leave" };
}

/** The ID of a room, and the servers that are said to know it. */
async function findRoom({ rooms, otherServers }: RoomPreviewServices, idOrAlias: string): Promise<FoundRoom | undefined> {
  if (!idOrAlias.startsWith("#")) return { roomId: idOrAlias, servers: [] };
  const own = await roomOfAlias(rooms, idOrAlias);
  if (own) return { roomId: own.id, servers: [] };
  return serverOf(idOrAlias) === rooms.core.serverName ? undefined : otherServers.roomOfAlias(idOrAlias);
}

function withoutChildren({ room }: RemotePreview): RoomSummary {
  const { children_state: _children, ...summary } = room;
  return summary;
}
