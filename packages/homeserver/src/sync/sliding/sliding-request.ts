import type { RequiredState, SimplifiedMsc3575Body } from "@patrix/client-api/unstable";
import { requireWithin } from "../../errors.ts";
import { SyncError } from "../errors.ts";
import { type RoomConfig, roomConfig, type StatePattern, type StateSelector } from "./room-config.ts";

/** The names that an answer has: those that are deployed, or those of the merged proposal. */
export type SlidingForm = "deployed" | "merged";

/** Which rooms a list has. */
export interface RoomFilters {
  readonly isDm?: boolean | undefined;
  readonly isInvite?: boolean | undefined;
  readonly isEncrypted?: boolean | undefined;
  readonly spaces?: readonly string[] | undefined;
  readonly roomTypes?: readonly (string | null)[] | undefined;
  readonly notRoomTypes?: readonly (string | null)[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly notTags?: readonly string[] | undefined;
  /** A part of the room's name, in lower case. */
  readonly nameLike?: string | undefined;
}

/** First and last place of a window. */
export type Range = readonly [first: number, last: number];

/** Windows on the rooms of the user. */
export interface ListRequest {
  readonly name: string;
  /** `undefined` for all rooms. */
  readonly ranges: readonly Range[] | undefined;
  readonly filters: RoomFilters;
  readonly config: RoomConfig;
}

/** Which of the rooms an extension tells of; `undefined` for all. */
export interface ExtensionScope {
  readonly lists: readonly string[] | undefined;
  readonly rooms: readonly string[] | undefined;
}

/** Which extensions a client wants. */
export interface ExtensionRequests {
  readonly toDevice: { readonly since: string | undefined; readonly limit: number | undefined } | undefined;
  readonly e2ee: boolean;
  readonly accountData: ExtensionScope | undefined;
  readonly receipts: ExtensionScope | undefined;
  readonly typing: ExtensionScope | undefined;
  /** Every extension by its name on the wire, as it was asked for: those that other folders serve read theirs here. */
  readonly all: Readonly<Record<string, unknown>>;
}

/** What a client asks of a sliding sync. */
export interface SlidingRequest {
  readonly form: SlidingForm;
  readonly connId: string;
  readonly txnId: string | undefined;
  readonly pos: string | undefined;
  readonly timeoutMs: number;
  readonly lists: readonly ListRequest[];
  readonly subscriptions: ReadonlyMap<string, RoomConfig>;
  readonly extensions: ExtensionRequests;
}

/**
 * Reads a request of either form.
 *
 * @param userId Whom `$ME` stands for.
 * @throws {LimitError} If it asks for too much. @throws {SyncError} `INVALID_REQUEST`.
 */
export function readSlidingRequest(body: SimplifiedMsc3575Body, form: SlidingForm, userId: string): SlidingRequest {
  const lists = Object.entries(body.lists ?? {});
  const subscriptions = Object.entries(body.room_subscriptions ?? {});
  requireWithin("slidingLists", lists.length, "/lists");
  requireWithin("slidingSubscriptions", subscriptions.length, "/room_subscriptions");
  requireWithin("slidingConnIdBytes", Buffer.byteLength(body.conn_id ?? ""), "/conn_id");
  const { to_device: toDevice, e2ee, account_data: accountData, receipts, typing } = body.extensions ?? {};
  return {
    form,
    connId: body.conn_id ?? "",
    txnId: body.txn_id,
    pos: body.pos,
    timeoutMs: body.timeout ?? 0,
    lists: lists.map(([name, list]) => readList(name, list, userId)),
    subscriptions: new Map(subscriptions.map(([roomId, config]) => [roomId, readConfig(config, userId, `/room_subscriptions/${roomId}`)])),
    extensions: {
      toDevice: toDevice?.enabled ? { since: toDevice.since, limit: toDevice.limit } : undefined,
      e2ee: e2ee?.enabled ?? false,
      accountData: readScope(accountData),
      receipts: readScope(receipts),
      typing: readScope(typing),
      all: { ...body.extensions },
    },
  };
}

type DeployedList = NonNullable<SimplifiedMsc3575Body["lists"]>[string];

function readList(name: string, list: DeployedList, userId: string): ListRequest {
  const where = `/lists/${name}`;
  requireWithin("slidingListNameBytes", Buffer.byteLength(name), where);
  const ranges = list.ranges ?? (list.range && [list.range]);
  requireWithin("slidingRanges", ranges?.length ?? 0, `${where}/ranges`);
  for (const [first, last] of ranges ?? [])
    if (first < 0 || last < first) throw new SyncError("INVALID_REQUEST", `${where}: expected a range of two places, the first one first`);
  return { name, ranges, filters: readFilters(list.filters ?? {}, `${where}/filters`), config: readConfig(list, userId, where) };
}

function readFilters(filters: NonNullable<DeployedList["filters"]>, where: string): RoomFilters {
  for (const name of ["spaces", "room_types", "not_room_types", "tags", "not_tags"] as const)
    requireWithin("slidingFilterValues", filters[name]?.length ?? 0, `${where}/${name}`);
  return {
    isDm: filters.is_dm,
    isInvite: filters.is_invite ?? filters.is_invited,
    isEncrypted: filters.is_encrypted,
    spaces: filters.spaces,
    roomTypes: filters.room_types,
    notRoomTypes: filters.not_room_types,
    tags: filters.tags,
    notTags: filters.not_tags,
    nameLike: filters.room_name_like?.toLowerCase(),
  };
}

function readConfig(
  config: { readonly timeline_limit?: number | undefined; readonly required_state?: DeployedList["required_state"] },
  userId: string,
  where: string,
): RoomConfig {
  const required = config.required_state ?? [];
  const selector = Array.isArray(required) ? readPairs(required, userId) : readRequiredState(required);
  requireWithin("slidingRequiredState", selector.include.length + selector.exclude.length, `${where}/required_state`);
  return roomConfig(config.timeline_limit, selector);
}

/** Reads pairs of a type and a state key, with the words that stand for others. */
function readPairs(pairs: readonly (readonly [string, string])[], userId: string): StateSelector {
  const include: StatePattern[] = [];
  let lazyMembers = false;
  for (const [type, stateKey] of pairs)
    if (stateKey === "$LAZY") lazyMembers ||= type === "m.room.member" || type === "*";
    else include.push({ type: unlessWild(type), stateKey: stateKey === "$ME" ? userId : unlessWild(stateKey) });
  return { include, exclude: [], lazyMembers };
}

function readRequiredState({ include = [], exclude = [], lazy_members: lazyMembers = false }: RequiredState): StateSelector {
  const toPattern = ({ type, state_key: stateKey }: { type?: string | undefined; state_key?: string | undefined }): StatePattern => ({
    type,
    stateKey,
  });
  return { include: include.map(toPattern), exclude: exclude.map(toPattern), lazyMembers };
}

function unlessWild(text: string): string | undefined {
  return text === "*" ? undefined : text;
}

function readScope(
  config:
    | { readonly enabled?: boolean | undefined; readonly lists?: string[] | undefined; readonly rooms?: string[] | undefined }
    | undefined,
): ExtensionScope | undefined {
  if (!config?.enabled) return undefined;
  const unlessAll = (names: string[] | undefined): string[] | undefined => (names?.includes("*") ? undefined : names);
  return { lists: unlessAll(config.lists), rooms: unlessAll(config.rooms) };
}
