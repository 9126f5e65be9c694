import { isJsonObject, type JsonObject } from "@patrix/api";
import type { FilterDefinition } from "@patrix/client-api";
import { requireWithin } from "../../errors.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";

type RoomEventFilter = NonNullable<NonNullable<FilterDefinition["room"]>["timeline"]>;

/** What a filter asks of an event, compiled once per request. */
export interface EventFilter {
  readonly limit: number;
  readonly lazyLoadMembers: boolean;
  readonly includeRedundantMembers: boolean;
  /** Absent where every event passes. */
  readonly matches?:
    | ((event: Pick<StoredEvent, "content"> & { readonly fields: { readonly type: string; readonly sender: string } }) => boolean)
    | undefined;
  /** Whether events of a room pass. */
  readonly includesRoom: (roomId: string) => boolean;
}

/** The most events that one room contributes to a response. */
const MAX_LIMIT = 1_000;

/** Compiles a filter of room events; without one everything passes, and `defaultLimit` counts. */
export function compileEventFilter(filter: RoomEventFilter | undefined, defaultLimit: number): EventFilter {
  const limit = Math.min(MAX_LIMIT, Math.max(0, filter?.limit ?? defaultLimit));
  return {
    limit,
    lazyLoadMembers: filter?.lazy_load_members ?? false,
    includeRedundantMembers: filter?.include_redundant_members ?? false,
    matches: filter && compileMatches(filter),
    includesRoom: roomMatcher(filter),
  };
}

/** Tells whether a room passes `rooms` and `not_rooms`. */
export function roomMatcher(
  filter: { readonly rooms?: readonly string[] | undefined; readonly not_rooms?: readonly string[] | undefined } | undefined,
): (roomId: string) => boolean {
  const { rooms, not_rooms: notRooms } = filter ?? {};
  if (!rooms && !notRooms) return () => true;
  const [included, excluded] = [rooms && new Set(rooms), notRooms && new Set(notRooms)];
  return (roomId) => !excluded?.has(roomId) && (included?.has(roomId) ?? true);
}

/** Tells whether an event type passes `types` and `not_types`; `*` stands for any text. */
export function typeMatcher(
  filter: { readonly types?: readonly string[] | undefined; readonly not_types?: readonly string[] | undefined } | undefined,
): ((type: string) => boolean) | undefined {
  const { types, not_types: notTypes } = filter ?? {};
  if (!types && !notTypes) return undefined;
  const matcher = (patterns: readonly string[]): ((type: string) => boolean) => {
    const exact = new Set(patterns);
    const wild = patterns.filter((pattern) => pattern.includes("*"));
    requireWithin("filterPatterns", wild.length, "filter: types");
    const compiled = wild.map(wildcard);
    return (type) => (exact.has(type) && !type.includes("*")) || compiled.some((matches) => matches(type));
  };
  const excluded = notTypes && matcher(notTypes);
  const included = types && matcher(types);
  return (type) => !excluded?.(type) && (included?.(type) ?? true);
}

/** Matches texts against a pattern in which `*` stands for any text: its pieces must occur in order. */
function wildcard(pattern: string): (type: string) => boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop() ?? "";
  return (type) => {
    if (!type.startsWith(first)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = type.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return type.length - last.length >= at && type.endsWith(last);
  };
}

function compileMatches(filter: RoomEventFilter): EventFilter["matches"] {
  const { senders, not_senders: notSenders, contains_url: containsUrl } = filter;
  const matchesType = typeMatcher(filter);
  const matchesRelation = relationMatcher(filter);
  if (!matchesType && !matchesRelation && !senders && !notSenders && containsUrl === undefined) return undefined;
  const [included, excluded]: (ReadonlySet<string> | undefined)[] = [senders && new Set(senders), notSenders && new Set(notSenders)];
  return ({ fields, content }) => {
    if (excluded?.has(fields.sender) || included?.has(fields.sender) === false) return false;
    if (matchesType && !matchesType(fields.type)) return false;
    if (matchesRelation && !matchesRelation(content)) return false;
    return containsUrl === undefined || (typeof content["url"] === "string") === containsUrl;
  };
}

/**
 * Tells whether the way in which an event relates to another passes what the filter says of that; one that relates to none has no way.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3874}
 */
function relationMatcher(filter: object): ((content: JsonObject) => boolean) | undefined {
  const [included, excluded] = ["org.matrix.msc3874.rel_types", "org.matrix.msc3874.not_rel_types"].map((key) => {
    const stated: unknown = Reflect.get(filter, key);
    return Array.isArray(stated) ? new Set<unknown>(stated) : undefined;
  });
  if (!included && !excluded) return undefined;
  return ({ "m.relates_to": relation }) => {
    const type = isJsonObject(relation) ? relation["rel_type"] : undefined;
    if (typeof type !== "string") return included === undefined;
    return !excluded?.has(type) && (included?.has(type) ?? true);
  };
}
