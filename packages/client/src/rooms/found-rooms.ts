import { isJsonObject, MatrixError } from "@patrix/api";
import {
  createRoom,
  type CreateRoomBody,
  getRoomIdByAlias,
  getRoomSummary,
  getSpaceHierarchy,
  type GetSpaceHierarchyResponse,
  joinRoom,
  queryPublicRooms,
} from "@patrix/client-api";
import { isRoomId, type RoomAlias, type RoomId, type ServerName } from "@patrix/identifiers";
import { isTransient } from "../errors.ts";
import type { RequestSender } from "../http/http-client.ts";
import type { LiveList } from "../live/live-list.ts";
import { createDirectRooms } from "./direct-rooms.ts";
import type { Room } from "./room.ts";
import type { RoomContext } from "./room-context.ts";
import type { CreateRoomOptions, RoomPreview, Rooms, SpaceChild } from "./rooms.ts";

/** What {@link createFoundRooms} is made of. */
export interface FoundRoomsParts {
  readonly context: RoomContext;
  readonly invites: LiveList<Room>;
  /** The handle of a room that is known. */
  readonly known: (id: RoomId) => Room | undefined;
  /** The handle of a room that the user has just joined; waits a while for sync to tell of it. */
  readonly joined: (id: RoomId) => Promise<Room>;
}

/** Rooms that the user is not in yet. */
export interface FoundRooms extends Pick<Rooms, "create" | "dm" | "join" | "preview" | "directory"> {
  children(id: RoomId): AsyncIterable<SpaceChild>;
}

/** Composes what finds, makes and joins rooms. */
export function createFoundRooms({ context, invites, known, joined }: FoundRoomsParts): FoundRooms {
  const { http } = context;
  const create = async (options: CreateRoomOptions, extra: CreateRoomBody = {}): Promise<Room> => {
    const { room_id } = await http.send(createRoom, { body: { ...createBody(options), ...extra } });
    return joined(room_id);
  };
  return {
    create: (options = {}) => create(options),
    dm: createDirectRooms({ context, known, joined, create }),
    join: async (idOrAlias, { via } = {}) => {
      const ask = (where: RoomId | RoomAlias, servers: readonly ServerName[] | undefined): Promise<{ room_id: RoomId }> => {
        const query = servers && { via: [...servers] };
        return http.send(joinRoom, { path: { roomIdOrAlias: where }, query }, { idempotent: true });
      };
      const target = isRoomId(idOrAlias) ? { id: idOrAlias } : await findInvited(http, invites.value, idOrAlias);
      const answer = target ? await context.joining(target.id, () => ask(target.id, via ?? target.via)) : await ask(idOrAlias, via);
      return joined(answer.room_id);
    },
    preview: (idOrAlias, options) => previewRoom(http, idOrAlias, options?.via),
    directory: (options = {}) => searchDirectory(http, options),
    children: (id) => walkSpace(http, id, (child) => known(child)?.membership === "join"),
  };
}

/** How many servers of an alias are named that may let the user in. */
const maxAliasServers = 10;

/** A room that is to be joined, and the servers that know it. */
interface JoinTarget {
  readonly id: RoomId;
  readonly via?: readonly ServerName[] | undefined;
}

/** The room of an alias, if it is one that the user is invited to: what comes with an invite has to be known of before joining. */
async function findInvited(http: RequestSender, invites: readonly Room[], alias: RoomAlias): Promise<JoinTarget | undefined> {
  if (invites.length === 0) return undefined;
  try {
    const { room_id: id, servers } = await http.send(getRoomIdByAlias, { path: { roomAlias: alias } });
    if (id !== undefined && invites.some((room) => room.id === id)) return { id, via: servers?.slice(0, maxAliasServers) };
  } catch (error) {
    // Whatever else it is, the server says when it is asked to join.
    if (isTransient(error)) throw error;
  }
  return undefined;
}

function createBody({ name, topic, alias, invite, encrypted, preset = "private", space, version }: CreateRoomOptions): CreateRoomBody {
  const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
  const presets = { private: "private_chat", public: "public_chat", trusted: "trusted_private_chat" } as const;
  return {
    name,
    topic,
    room_alias_name: alias,
    invite: invite && [...invite],
    preset: presets[preset],
    visibility: preset === "public" ? "public" : "private",
    room_version: version,
    initial_state: encrypted === true ? [encryption] : undefined,
    creation_content: space === true ? { type: "m.space" } : undefined,
  };
}

async function previewRoom(
  http: RequestSender,
  idOrAlias: RoomId | RoomAlias,
  via: readonly ServerName[] | undefined,
): Promise<RoomPreview> {
  const query = via && { via: [...via] };
  try {
    return toPreview(await http.send(getRoomSummary, { path: { roomIdOrAlias: idOrAlias }, query }));
  } catch (error) {
    if (!MatrixError.is(error, "M_UNRECOGNIZED") || isRoomId(idOrAlias)) throw error;
    // A server that gives no summaries can at least tell whose alias it is.
    const { room_id } = await http.send(getRoomIdByAlias, { path: { roomAlias: idOrAlias } });
    if (room_id === undefined) throw error;
    return { id: room_id, name: undefined, topic: undefined, members: 0, joinRule: "invite" };
  }
}

function toPreview(summary: {
  room_id: RoomId;
  name?: string | undefined;
  topic?: string | undefined;
  num_joined_members: number;
  join_rule?: string | undefined;
}): RoomPreview {
  return {
    id: summary.room_id,
    name: summary.name,
    topic: summary.topic,
    members: summary.num_joined_members,
    joinRule: summary.join_rule ?? "invite",
  };
}

async function* walkSpace(http: RequestSender, spaceId: RoomId, isJoined: (id: RoomId) => boolean): AsyncGenerator<SpaceChild, void, void> {
  let from: string | undefined;
  do {
    const page: GetSpaceHierarchyResponse = await http.send(getSpaceHierarchy, { path: { roomId: spaceId }, query: { from, limit: 50 } });
    for (const room of page.rooms)
      // The space itself comes first.
      if (room.room_id !== spaceId) yield { ...toPreview(room), isSpace: room.room_type === "m.space", joined: isJoined(room.room_id) };
    from = page.next_batch;
  } while (from !== undefined);
}

async function* searchDirectory(
  http: RequestSender,
  { search, server }: { search?: string | undefined; server?: ServerName | undefined },
): AsyncGenerator<RoomPreview, void, void> {
  let since: string | undefined;
  do {
    const filter = search === undefined ? undefined : { generic_search_term: search };
    const page = await http.send(queryPublicRooms, { query: { server }, body: { since, filter, limit: 50 } }, { idempotent: true });
    for (const chunk of page.chunk) yield toPreview(chunk);
    since = isJsonObject(page) ? page.next_batch : undefined;
  } while (since !== undefined);
}
