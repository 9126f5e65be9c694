import { matrixError } from "@patrix/api";
import { getSpaceHierarchy } from "@patrix/federation-api";
import type { RoomId } from "@patrix/identifiers";
import { handle } from "@patrix/server";
import type { RoomDescription, RoomDescriptions } from "../../directory/room-descriptions.ts";
import { mayServerPreview } from "../../directory/room-preview.ts";
import type { RoomServers } from "../../federation/room-servers.ts";
import type { Room } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { turnIfDue } from "../../turns.ts";
import type { ServerRegistration } from "./requesting-server.ts";

/** What the handler of spaces works with. */
export interface SpaceServices {
  readonly rooms: Rooms;
  readonly roomServers: RoomServers;
  readonly descriptions: RoomDescriptions;
}

/** The handler with which servers look at a room, and at the rooms of a space. */
export function spaceHandlers({ rooms, roomServers, descriptions }: SpaceServices): ServerRegistration[] {
  return [
    handle(getSpaceHierarchy, async ({ path, query = {} }, { user }) => {
      const isJoined = (room: Room): Promise<boolean> => roomServers.isJoined(room, user.origin);
      const described = async (roomId: string): Promise<RoomDescription | undefined> => {
        const room = rooms.find(roomId);
        return room && (await roomServers.isHere(room)) ? descriptions.of(room) : undefined;
      };
      const found = await described(path.roomId);
      if (!found || !(await mayServerPreview(rooms, found.summary, isJoined)))
        throw matrixError("M_NOT_FOUND", "roomId: there is no such room that you may see");
      const children = found.children.filter(({ isSuggested }) => query.suggested_only !== true || isSuggested);
      const shown = [];
      const hidden: RoomId[] = [];
      for (const { roomId } of children) {
        const turn = turnIfDue();
        if (turn) await turn;
        const child = await described(roomId);
        // What this server does not know, another one may.
        if (!child) continue;
        if (await mayServerPreview(rooms, child.summary, isJoined)) shown.push(child.summary);
        else hidden.push(roomId as RoomId);
      }
      return {
        room: { ...found.summary, children_state: children.map(({ event }) => event) },
        children: shown,
        inaccessible_children: hidden,
      };
    }),
  ];
}
