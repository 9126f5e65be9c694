import { independent, model, type Model, obj, type OpenEnum, openEnum, type Shape } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type PublicRoomsChunk, publicRoomsChunkShape } from "../directory/public-rooms-chunk.ts";

/** What may be known of a room from outside. */
export interface RoomSummary extends PublicRoomsChunk {
  /** Rooms whose members may join, where the join rule is restricted. */
  allowed_room_ids?: RoomId[] | undefined;
  /** Encryption algorithm, if the room is encrypted. */
  encryption?: OpenEnum<"m.megolm.v1.aes-sha2"> | undefined;
  /** The version of the room. */
  room_version?: string | undefined;
}

/** The schemas of a {@link RoomSummary}, for types that extend it. */
export function roomSummaryShape(): Shape<RoomSummary> {
  return {
    ...publicRoomsChunkShape(),
    allowed_room_ids: z.optional(independent(z.array(RoomId))),
    encryption: z.optional(openEnum(["m.megolm.v1.aes-sha2"])),
    room_version: z.optional(z.string()),
  };
}

/** Checks a {@link RoomSummary}. */
export const RoomSummary: Model<RoomSummary> = /* @__PURE__ */ model(() => obj<RoomSummary>(roomSummaryShape()));
