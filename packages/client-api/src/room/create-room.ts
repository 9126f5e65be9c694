import { type Endpoint, endpoint, type JsonObject, jsonObject, type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomVisibility } from "../directory/room-visibility.ts";
import { Invite3pid } from "../membership/invite-3pid.ts";
import { RoomIdBody } from "./room-id-body.ts";

/** A state event to set in a new room. */
export interface InitialStateEvent {
  type: string;
  /** Default: the empty string. */
  state_key?: string | undefined;
  content: JsonObject;
}

/** Body of {@link createRoom}. */
export interface CreateRoomBody {
  /** Whether the room is in the public directory. Default: `private`. */
  visibility?: RoomVisibility | undefined;
  /** Localpart of the alias to create, without `#` and server name. */
  room_alias_name?: string | undefined;
  /** Name of the room, set as state. */
  name?: string | undefined;
  /** Topic of the room, set as state. */
  topic?: string | undefined;
  /** Users to invite. */
  invite?: UserId[] | undefined;
  /** Owners of third-party addresses to invite. */
  invite_3pid?: Invite3pid[] | undefined;
  /** Default: the server's. */
  room_version?: string | undefined;
  /** Further members of the `m.room.create` content. */
  creation_content?: JsonObject | undefined;
  /** State to set after the preset, before name and topic. */
  initial_state?: InitialStateEvent[] | undefined;
  /** Usual settings, which other members override. Default: by visibility. */
  preset?: OpenEnum<"private_chat" | "public_chat" | "trusted_private_chat"> | undefined;
  /** Marks the invites as those of a direct chat. */
  is_direct?: boolean | undefined;
  /** Replaces members of the `m.room.power_levels` content. */
  power_level_content_override?: JsonObject | undefined;
}

/** Checks a {@link CreateRoomBody}. */
export const CreateRoomBody: Model<CreateRoomBody> = /* @__PURE__ */ model(() =>
  obj<CreateRoomBody>({
    visibility: z.optional(RoomVisibility),
    room_alias_name: z.optional(z.string()),
    name: z.optional(z.string()),
    topic: z.optional(z.string()),
    invite: z.optional(z.array(UserId)),
    invite_3pid: z.optional(z.array(Invite3pid.schema)),
    room_version: z.optional(z.string()),
    creation_content: z.optional(jsonObject()),
    initial_state: z.optional(
      z.array(obj<InitialStateEvent>({ type: z.string(), state_key: z.optional(z.string()), content: jsonObject() })),
    ),
    preset: z.optional(openEnum(["private_chat", "public_chat", "trusted_private_chat"])),
    is_direct: z.optional(z.boolean()),
    power_level_content_override: z.optional(jsonObject()),
  }),
);

/** Request of {@link createRoom}. */
export interface CreateRoomRequest {
  body?: CreateRoomBody | undefined;
}

/**
 * Creates a room and joins the caller to it.
 *
 * `POST /_matrix/client/v3/createRoom` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom}
 */
export const createRoom: Endpoint<CreateRoomRequest, RoomIdBody> = /* @__PURE__ */ endpoint({
  id: "createRoom",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/createRoom" },
      { since: "v1.1", path: "/_matrix/client/v3/createRoom" },
    ],
  },
  errors: {
    400: { errcodes: ["M_BAD_JSON", "M_INVALID_ROOM_STATE", "M_NOT_JSON", "M_ROOM_IN_USE", "M_UNSUPPORTED_ROOM_VERSION"] },
    403: { errcodes: ["M_INVITE_BLOCKED"] },
  },
  body: CreateRoomBody,
  response: RoomIdBody,
});
