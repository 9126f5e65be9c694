import type { GetSpaceHierarchyResponse, SpaceHierarchyRoom } from "@patrix/client-api";
import { createHash } from "node:crypto";
import { limits } from "../limits.ts";
import { isRoomId } from "@patrix/identifiers";
import type { OtherServers, RemotePreview } from "../other-servers.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { turnIfDue } from "../turns.ts";
import { DirectoryError } from "./errors.ts";
import type { RoomDescription, RoomDescriptions } from "./room-descriptions.ts";
import { mayPreview, type Viewer } from "./room-preview.ts";
import { serversOf, type SpaceChild } from "./space-children.ts";

/** What is wanted of a space. */
export interface HierarchyRequest {
  readonly roomId: string;
  /** Default: `false`. */
  readonly suggestedOnly?: boolean | undefined;
  /** Default: as deep as the server goes. */
  readonly maxDepth?: number | undefined;
  readonly limit?: number | undefined;
  /** The token of a page. */
  readonly from?: string | undefined;
}

/** A walk through the rooms of a space: the same for every page of it. */
interface Walk {
  readonly roomId: string;
  readonly suggestedOnly: boolean;
  readonly maxDepth: number;
}

/** A room that is to be looked at, and how deep it lies. */
interface Step {
  readonly roomId: string;
  readonly depth: number;
  /** Servers that know it. */
  readonly via: readonly string[];
}

/** What is shown of a room, wherever it is known from. */
type ShownRoom = Pick<RoomDescription, "summary" | "children" | "bytesWithChildren">;

/**
 * The rooms of spaces. A page is found by walking from the beginning, so that its token is all that there is to remember: it says how many
 * rooms came before, and of which walk.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidhierarchy}
 */
export class SpaceHierarchy {
  readonly #rooms: Rooms;
  readonly #descriptions: RoomDescriptions;

  readonly #otherServers: Pick<OtherServers, "isHere" | "preview">;

  constructor(rooms: Rooms, descriptions: RoomDescriptions, otherServers: Pick<OtherServers, "isHere" | "preview">) {
    this.#rooms = rooms;
    this.#descriptions = descriptions;
    this.#otherServers = otherServers;
  }

  /**
   * A page of the rooms of a space that somebody may know of, each once: the space, then what lies in it, depth first.
   *
   * @throws {DirectoryError} `ROOM_HIDDEN`, or `INVALID_PARAM` for a limit, a depth or a token that is none, or a token of another walk.
   */
  async page(request: HierarchyRequest, viewer: Viewer): Promise<GetSpaceHierarchyResponse> {
    const { limit = limits.hierarchyPage.value, maxDepth: depth = limits.hierarchyDepth.value } = request;
    if (limit < 1) throw new DirectoryError("INVALID_PARAM", "query parameter limit: expected at least 1");
    if (depth < 0) throw new DirectoryError("INVALID_PARAM", "query parameter max_depth: expected at least 0");
    const { roomId, suggestedOnly = false } = request;
    const walk: Walk = { roomId, suggestedOnly, maxDepth: Math.min(depth, limits.hierarchyDepth.value) };
    const start = request.from === undefined ? 0 : readToken(request.from, walk);
    const most = Math.min(limit, limits.hierarchyPage.value);
    const page: SpaceHierarchyRoom[] = [];
    let bytes = 0;
    let index = 0;
    for await (const { summary, children, bytesWithChildren } of this.#walk(walk, viewer)) {
      if (index++ < start) continue;
      if (page.length === most || bytes >= limits.hierarchyPageBytes.value)
        return { rooms: page, next_batch: formatToken(start + page.length, walk) };
      bytes += bytesWithChildren;
      page.push({ ...summary, children_state: wanted(children, walk).map(({ event }) => event) });
    }
    if (index === 0) throw new DirectoryError("ROOM_HIDDEN", "you may not see this room, or there is none");
    return { rooms: page };
  }

  /** What is known of a room, here or elsewhere. */
  async #describe({ roomId, via }: Step): Promise<ShownRoom | undefined> {
    const room = this.#rooms.find(roomId);
    if (room && (await this.#otherServers.isHere(room))) return this.#descriptions.of(room);
    const preview = await this.#otherServers.preview(roomId, via);
    return preview && shownPreview(preview);
  }

  /** Goes through the rooms that somebody may know of. */
  async *#walk(walk: Walk, viewer: Viewer): AsyncGenerator<ShownRoom> {
    const seen = new Set<string>();
    const ahead: Step[] = [{ roomId: walk.roomId, depth: 0, via: [] }];
    for (let step = ahead.pop(); step && seen.size < limits.hierarchyRooms.value; step = ahead.pop()) {
      if (seen.has(step.roomId)) continue;
      seen.add(step.roomId);
      const turn = turnIfDue();
      if (turn) await turn;
      const described = await this.#describe(step);
      if (!described || !(await mayPreview(this.#rooms, described.summary, viewer))) continue;
      yield described;
      const { depth } = step;
      if (depth < walk.maxDepth)
        for (const { roomId, via } of wanted(described.children, walk).toReversed()) ahead.push({ roomId, depth: depth + 1, via });
    }
  }
}

/** What another server says of a room, in the form of what is known here. */
function shownPreview({ room }: RemotePreview): ShownRoom {
  const { children_state: events, ...summary } = room;
  const children = events.slice(0, limits.spaceChildren.value).flatMap((event): SpaceChild[] => {
    const { state_key: roomId, content } = event;
    const via = serversOf(content);
    const isValid = isRoomId(roomId) && via.length > 0;
    return isValid ? [{ roomId, isSuggested: content["suggested"] === true, via, event, bytes: sizeOf(event) }] : [];
  });
  return { summary, children, bytesWithChildren: sizeOf(room) };
}

function sizeOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function wanted(children: readonly SpaceChild[], { suggestedOnly }: Walk): readonly SpaceChild[] {
  return suggestedOnly ? children.filter(({ isSuggested }) => isSuggested) : children;
}

function formatToken(count: number, walk: Walk): string {
  return `h${count}-${markOf(walk)}`;
}

function readToken(token: string, walk: Walk): number {
  const [, count = "", mark] = /^h(\d{1,6})-([\w-]+)$/.exec(token) ?? [];
  if (count === "") throw new DirectoryError("INVALID_PARAM", "query parameter from: it is no token of this endpoint");
  if (mark !== markOf(walk))
    throw new DirectoryError("INVALID_PARAM", "query parameter from: room, suggested_only and max_depth must be those of the first page");
  return Number(count);
}

/** Tells walks apart. */
function markOf({ roomId, suggestedOnly, maxDepth }: Walk): string {
  return createHash("sha256")
    .update(JSON.stringify([roomId, suggestedOnly, maxDepth]))
    .digest("base64url")
    .slice(0, 12);
}
