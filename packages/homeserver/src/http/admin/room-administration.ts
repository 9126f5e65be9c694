import { EmptyObject, type Endpoint, endpoint, matrixError, type Model, model, obj, paramsModel } from "@patrix/api";
import { isRoomAlias, isRoomId } from "@patrix/identifiers";
import { handle } from "@patrix/server";
import * as z from "zod/mini";
import type { HistoryEnd, PurgePreview, PurgeStatus, RoomPurges } from "../../rooms/purge/room-purges.ts";
import { roomOfAlias } from "../../rooms/read/room-of-alias.ts";
import type { Room } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { requireAdmin, type Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

const base = "/_synapse/admin";
const common = { auth: "accessToken", rateLimited: true } as const;
const at = (path: string) => ({ unstable: [{ path: `${base}${path}` }] });

interface NamedRoomPath {
  /** The ID of the room, or an alias of it. */
  roomId: string;
}
const NamedRoomPath: Model<NamedRoomPath> = /* @__PURE__ */ paramsModel(() => obj<NamedRoomPath>({ roomId: z.string() }));

interface PurgePath {
  purgeId: string;
}
const PurgePath: Model<PurgePath> = /* @__PURE__ */ paramsModel(() => obj<PurgePath>({ purgeId: z.string() }));

interface HistoryBody {
  purge_up_to_ts?: number | undefined;
  purge_up_to_event_id?: string | undefined;
  /** Events of this server's users, which other servers may not have: they go only where that is said. */
  delete_local_events?: boolean | undefined;
  dry_run?: boolean | undefined;
}
const HistoryBody: Model<HistoryBody> = /* @__PURE__ */ model(() =>
  obj<HistoryBody>({
    purge_up_to_ts: z.optional(z.int()),
    purge_up_to_event_id: z.optional(z.string()),
    delete_local_events: z.optional(z.boolean()),
    dry_run: z.optional(z.boolean()),
  }),
);

interface RoomBody {
  block?: boolean | undefined;
  message?: string | undefined;
  dry_run?: boolean | undefined;
}
const RoomBody: Model<RoomBody> = /* @__PURE__ */ model(() =>
  obj<RoomBody>({ block: z.optional(z.boolean()), message: z.optional(z.string()), dry_run: z.optional(z.boolean()) }),
);

/** What would go, or under which ID it goes. */
interface Begun {
  purge_id?: string | undefined;
  delete_id?: string | undefined;
  would_remove?: PurgePreview | undefined;
}
const Begun: Model<Begun> = /* @__PURE__ */ model(() =>
  obj<Begun>({
    purge_id: z.optional(z.string()),
    delete_id: z.optional(z.string()),
    would_remove: z.optional(obj<PurgePreview>({ events: z.int(), members: z.int(), aliases: z.int(), receipts: z.int() })),
  }),
);

interface StatusResponse {
  status: string;
  room_id: string;
  removed_events: number;
  error?: string | undefined;
}
const StatusResponse: Model<StatusResponse> = /* @__PURE__ */ model(() =>
  obj<StatusResponse>({ status: z.string(), room_id: z.string(), removed_events: z.int(), error: z.optional(z.string()) }),
);

interface BlockBody {
  block: boolean;
}
const BlockBody: Model<BlockBody> = /* @__PURE__ */ model(() => obj<BlockBody>({ block: z.boolean() }));

const history: Endpoint<{ path: NamedRoomPath; body: HistoryBody }, Begun> = /* @__PURE__ */ endpoint({
  id: "purgeHistory",
  method: "POST",
  ...common,
  history: at("/v1/purge_history/{roomId}"),
  path: NamedRoomPath,
  body: HistoryBody,
  response: Begun,
});
const historyStatus: Endpoint<{ path: PurgePath }, StatusResponse> = /* @__PURE__ */ endpoint({
  id: "getPurgeHistoryStatus",
  method: "GET",
  ...common,
  history: at("/v1/purge_history_status/{purgeId}"),
  path: PurgePath,
  response: StatusResponse,
});
const remove: Endpoint<{ path: NamedRoomPath; body: RoomBody }, Begun> = /* @__PURE__ */ endpoint({
  id: "purgeRoom",
  method: "DELETE",
  ...common,
  history: at("/v2/rooms/{roomId}"),
  path: NamedRoomPath,
  body: RoomBody,
  response: Begun,
});
const removeStatus: Endpoint<{ path: PurgePath }, StatusResponse> = /* @__PURE__ */ endpoint({
  id: "getPurgeRoomStatus",
  method: "GET",
  ...common,
  history: at("/v2/rooms/delete_status/{purgeId}"),
  path: PurgePath,
  response: StatusResponse,
});
const isBlocked: Endpoint<{ path: NamedRoomPath }, BlockBody> = /* @__PURE__ */ endpoint({
  id: "getRoomBlock",
  method: "GET",
  ...common,
  history: at("/v1/rooms/{roomId}/block"),
  path: NamedRoomPath,
  response: BlockBody,
});
const block: Endpoint<{ path: NamedRoomPath; body: BlockBody }, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setRoomBlock",
  method: "PUT",
  ...common,
  history: at("/v1/rooms/{roomId}/block"),
  path: NamedRoomPath,
  body: BlockBody,
  response: EmptyObject,
});

/** What the administration of rooms works with. */
export interface RoomAdministrationServices {
  readonly rooms: Rooms;
  readonly purges: RoomPurges;
  readonly isAdmin: (user: Requester) => boolean;
}

/** The handlers with which administrators remove rooms and the history of rooms, and block rooms, in the form that Synapse's tools use. */
export function roomAdministrationHandlers({ rooms, purges, isAdmin }: RoomAdministrationServices): Registration[] {
  const find = async (user: Requester, { roomId }: NamedRoomPath): Promise<Room> => {
    requireAdmin(user, isAdmin);
    return (isRoomAlias(roomId) ? await roomOfAlias(rooms, roomId) : undefined) ?? rooms.get(roomId);
  };
  const status = async (user: Requester, { purgeId }: PurgePath, kind: PurgeStatus["kind"]): Promise<StatusResponse> => {
    requireAdmin(user, isAdmin);
    const known = await purges.status(purgeId);
    if (known?.kind !== kind) throw matrixError("M_NOT_FOUND", "there is no such purge");
    const { roomId, removed, error } = known;
    return { status: known.status, room_id: roomId, removed_events: removed, ...(error !== undefined && { error }) };
  };
  return [
    handle(history, async ({ path, body }, { user }) => {
      const room = await find(user, path);
      const end = endOf(body);
      if (body.dry_run === true) return { would_remove: await purges.preview(room, end) };
      return { purge_id: await purges.purgeHistory(room, end) };
    }),
    handle(historyStatus, ({ path }, { user }) => status(user, path, "history")),
    handle(remove, async ({ path, body }, { user }) => {
      const room = await find(user, path);
      if (body.dry_run === true) return { would_remove: await purges.preview(room) };
      return { delete_id: await purges.purgeRoom(room, { block: body.block, reason: body.message }) };
    }),
    handle(removeStatus, ({ path }, { user }) => status(user, path, "room")),
    handle(isBlocked, async ({ path }, { user }) => {
      requireAdmin(user, isAdmin);
      return { block: rooms.blocks.has(await idOf(rooms, path.roomId)) };
    }),
    handle(block, async ({ path, body }, { user }) => {
      requireAdmin(user, isAdmin);
      await rooms.blocks.set(await idOf(rooms, path.roomId), body.block);
      return {};
    }),
  ];
}

/** Up to where history goes. @throws {MatrixError} `M_INVALID_PARAM`. */
function endOf({ purge_up_to_ts: beforeTs, purge_up_to_event_id: beforeEvent, delete_local_events: deletesOwn }: HistoryBody): HistoryEnd {
  // Where it is left out, tools for Synapse expect that those stay.
  if (deletesOwn !== true)
    throw matrixError("M_INVALID_PARAM", "/delete_local_events: expected true, since events of this server's users go as well");
  if (beforeTs !== undefined && beforeEvent === undefined) return { beforeTs };
  if (beforeEvent !== undefined && beforeTs === undefined) return { beforeEvent };
  throw matrixError("M_INVALID_PARAM", "expected one of /purge_up_to_ts and /purge_up_to_event_id");
}

/** The ID of a room, which need not be known here. @throws {MatrixError} `M_INVALID_PARAM` or `M_NOT_FOUND`. */
async function idOf(rooms: Rooms, roomId: string): Promise<string> {
  const room = isRoomAlias(roomId) ? await roomOfAlias(rooms, roomId) : undefined;
  if (room) return room.id;
  if (isRoomId(roomId)) return roomId;
  throw isRoomAlias(roomId)
    ? matrixError("M_NOT_FOUND", `the alias ${roomId} is not known here`)
    : matrixError("M_INVALID_PARAM", "path variable roomId: not the ID or alias of a room");
}
