import { lenient, type Model, model, obj, type Shape, whenEmpty } from "@patrix/api";
import { RoomAlias, RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { JoinRule } from "../room/join-rule.ts";

/** What a room directory says of a room. */
export interface PublicRoomsChunk {
  canonical_alias?: RoomAlias | undefined;
  name?: string | undefined;
  /** How many users have joined. */
  num_joined_members: number;
  room_id: RoomId;
  topic?: string | undefined;
  /** Whether anyone may read the history. */
  world_readable: boolean;
  /** Whether guests may join. */
  guest_can_join: boolean;
  /** Content URI of the avatar. */
  avatar_url?: string | undefined;
  /** Default: `public`. */
  join_rule?: JoinRule | undefined;
  /** The `type` of the create event. */
  room_type?: string | undefined;
}

/** The schemas of a {@link PublicRoomsChunk}, for types that extend it. */
export function publicRoomsChunkShape(): Shape<PublicRoomsChunk> {
  return {
    canonical_alias: lenient(z.optional(RoomAlias), "empty-string-null", whenEmpty("remove")),
    name: z.optional(z.string()),
    num_joined_members: z.int(),
    room_id: RoomId,
    topic: z.optional(z.string()),
    world_readable: z.boolean(),
    guest_can_join: z.boolean(),
    avatar_url: z.optional(z.string()),
    join_rule: z.optional(JoinRule),
    room_type: z.optional(z.string()),
  };
}

/** Checks a {@link PublicRoomsChunk}. */
export const PublicRoomsChunk: Model<PublicRoomsChunk> = /* @__PURE__ */ model(() => obj<PublicRoomsChunk>(publicRoomsChunkShape()));
