import { isJsonObject, MatrixError, type SupportedVersions } from "@patrix/api";
import { simplifiedMsc3575Sync, type SimplifiedMsc3575Response, slidingSync, type SlidingSyncBody } from "@patrix/client-api/unstable";
import type { RoomId, UserId } from "@patrix/identifiers";
import type { BaseState } from "../base/room-data.ts";
import type { RequestOptions, RequestSender } from "../http/http-client.ts";
import { fromSliding } from "./from-sliding.ts";
import { deployedSliding, isSlidingPosition, type PolledSync, type SyncProtocol } from "./sync-protocol.ts";

/** What {@link slidingProtocol} works with. */
export interface SlidingParts {
  readonly http: RequestSender;
  readonly base: () => BaseState;
  readonly supported: () => Promise<SupportedVersions | undefined>;
}

/** Where a connection stands, as it is kept. */
interface SlidingPosition {
  /** Absent to begin a connection. */
  readonly pos?: string | undefined;
  /** Up to where messages to the device were taken in. */
  readonly toDevice?: string | undefined;
  /** How many rooms the window has; all, if it is absent. */
  readonly window?: number | undefined;
}

/** Rooms of the first window; each next one is so many times as large, until it has all. */
const [firstWindow, growth] = [20, 5];
const allRooms = 100_000;
/** Events of each room; what is missing between them and the known ones is fetched. */
const timelineLimit = 20;

/**
 * Simplified sliding sync: the rooms that were active last come first, and the others after them, until all are known.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4186}
 */
export function slidingProtocol(parts: SlidingParts): SyncProtocol {
  /** Rooms of which the connection has told since it began; `undefined` once it has told of all. */
  let told: Set<RoomId> | undefined;
  return {
    async poll(position, waitMs, options) {
      let { pos, toDevice, window } = readPosition(position);
      // Of which rooms a connection has told that is not complete, is forgotten with the program.
      if (pos !== undefined && window !== undefined && told === undefined) pos = undefined;
      if (pos === undefined) [told, window] = [new Set(), firstWindow];
      const size = window ?? allRooms;
      const answer = await send(parts, { pos, toDevice, size, waitMs: window === undefined ? waitMs : 0 }, options);
      for (const id of Object.keys(answer.rooms ?? {})) told?.add(id as RoomId);
      const isWhole = (answer.lists?.["all"]?.count ?? 0) <= size;
      const gone = isWhole ? missing(parts.base(), told) : [];
      const { response, rooms } = fromSliding(answer, { known: (id) => parts.base().rooms.get(id), gone });
      if (isWhole) told = undefined;
      const next: SlidingPosition = {
        pos: answer.pos,
        toDevice: answer.extensions?.to_device?.next_batch ?? toDevice,
        window: isWhole ? undefined : size * growth,
      };
      // Whose keys have changed meanwhile, a new connection does not say.
      const lists = position !== undefined && pos === undefined ? { changed: knownUsers(parts.base()), left: [] } : response.device_lists;
      return { response: { ...response, device_lists: lists, next_batch: JSON.stringify(next) }, rooms } satisfies PolledSync;
    },
    knows: isSlidingPosition,
    renewed(position, error) {
      const { pos, toDevice } = readPosition(position);
      // Anything else that is wrong with the request would be so again.
      return pos !== undefined && error instanceof MatrixError && error.errcode === "M_UNKNOWN_POS"
        ? JSON.stringify({ toDevice } satisfies SlidingPosition)
        : undefined;
    },
    gapEnd: () => undefined,
  };
}

interface Asked {
  readonly pos: string | undefined;
  readonly toDevice: string | undefined;
  readonly size: number;
  readonly waitMs: number;
}

/** Asks in the form that is deployed, or in that of the merged proposal where the server knows that alone. */
async function send(
  { http, supported }: SlidingParts,
  { pos, toDevice, size, waitMs }: Asked,
  options: RequestOptions,
): Promise<SimplifiedMsc3575Response> {
  const on = { enabled: true };
  const extensions: NonNullable<SlidingSyncBody["extensions"]> = {
    to_device: { ...on, since: toDevice },
    e2ee: on,
    account_data: on,
    receipts: on,
    typing: on,
  };
  const body = { conn_id: "patrix", extensions };
  if ((await supported())?.features?.[deployedSliding] === true) {
    const state: [string, string][] = [
      ["*", "*"],
      ["m.room.member", "$LAZY"],
      ["m.room.member", "$ME"],
    ];
    const all = { ranges: [[0, size - 1] as [number, number]], timeline_limit: timelineLimit, required_state: state, include_heroes: true };
    return http.send(simplifiedMsc3575Sync, { query: { pos, timeout: waitMs }, body: { ...body, lists: { all } } }, options);
  }
  const range: [number, number] = [0, size - 1];
  const all = { range, timeline_limit: timelineLimit, required_state: { include: [{}], lazy_members: true } };
  return http.send(slidingSync, { body: { ...body, pos, timeout: waitMs, lists: { all } } }, options);
}

function readPosition(position: string | undefined): SlidingPosition {
  if (position === undefined || !isSlidingPosition(position)) return {};
  // Written by `slidingProtocol`.
  const read: unknown = JSON.parse(position);
  return isJsonObject(read) ? read : {};
}

/** Rooms that the client believes to be in, and of which a connection did not tell. */
function missing({ rooms }: BaseState, told: ReadonlySet<RoomId> | undefined): readonly RoomId[] {
  if (!told) return [];
  return [...rooms.values()]
    .filter(({ id, membership }) => membership !== "leave" && membership !== "ban" && !told.has(id))
    .map(({ id }) => id);
}

/** Everybody in the encrypted rooms of the user. */
function knownUsers({ rooms }: BaseState): UserId[] {
  const users = new Set<UserId>();
  for (const { state, membership } of rooms.values())
    // State keys of member events are user IDs, which the server checked.
    if (membership === "join" && state.has("m.room.encryption"))
      for (const id of state.get("m.room.member")?.keys() ?? []) users.add(id as UserId);
  return [...users];
}
