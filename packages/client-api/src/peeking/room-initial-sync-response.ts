import { independent, model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { BasicEvent, ClientEvent } from "@patrix/events";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomVisibility } from "../directory/room-visibility.ts";
import { PaginationChunk } from "./pagination-chunk.ts";

/** What the old initial sync says of a room. */
export interface RoomInitialSyncResponse {
  room_id: RoomId;
  membership?: OpenEnum<"invite" | "join" | "leave" | "ban"> | undefined;
  messages?: PaginationChunk | undefined;
  /** Current state. */
  state?: ClientEvent[] | undefined;
  visibility?: RoomVisibility | undefined;
  account_data?: BasicEvent[] | undefined;
}

/** Checks a {@link RoomInitialSyncResponse}. */
export const RoomInitialSyncResponse: Model<RoomInitialSyncResponse> = /* @__PURE__ */ model(() =>
  obj<RoomInitialSyncResponse>({
    room_id: RoomId,
    membership: z.optional(openEnum(["invite", "join", "leave", "ban"])),
    messages: z.optional(PaginationChunk.schema),
    state: z.optional(independent(z.array(ClientEvent.schema))),
    visibility: z.optional(RoomVisibility),
    account_data: z.optional(independent(z.array(BasicEvent.schema))),
  }),
);
