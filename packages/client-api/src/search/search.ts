import { endpoint, type Endpoint, independent, model, type Model, obj, type OpenEnum, openEnum, paramsModel, record } from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomEventFilter } from "../filter/room-event-filter.ts";

/** Query parameters of {@link search}. */
export interface SearchQuery {
  /** Token of the page. */
  next_batch?: string | undefined;
}

/** Checks a {@link SearchQuery}. */
export const SearchQuery: Model<SearchQuery> = /* @__PURE__ */ paramsModel(() => obj<SearchQuery>({ next_batch: z.optional(z.string()) }));

/** Which events around a result are wanted. */
export interface SearchContextCriteria {
  /** Greatest number of events before. Default: 5. */
  before_limit?: number | undefined;
  /** Greatest number of events after. Default: 5. */
  after_limit?: number | undefined;
  /** Whether to return the senders' profiles. Default: `false`. */
  include_profile?: boolean | undefined;
}

/** One key to group by. */
export interface SearchGroup {
  key?: OpenEnum<"room_id" | "sender"> | undefined;
}

/** How the results are grouped. */
export interface SearchGroupings {
  group_by?: SearchGroup[] | undefined;
}

/** Which events are searched for. */
export interface RoomEventsCriteria {
  /** Text to search for. */
  search_term: string;
  /** Where to search; everywhere if absent. */
  keys?: OpenEnum<"content.body" | "content.name" | "content.topic">[] | undefined;
  /** Which events to search. */
  filter?: RoomEventFilter | undefined;
  /** Default: `rank`. */
  order_by?: OpenEnum<"recent" | "rank"> | undefined;
  event_context?: SearchContextCriteria | undefined;
  /** Whether to return the state of the rooms. Default: `false`. */
  include_state?: boolean | undefined;
  groupings?: SearchGroupings | undefined;
}

/** What is searched for, by kind. */
export interface SearchCategories {
  room_events?: RoomEventsCriteria | undefined;
}

/** Body of {@link search}. */
export interface SearchBody {
  search_categories: SearchCategories;
}

/** Checks a {@link SearchBody}. */
export const SearchBody: Model<SearchBody> = /* @__PURE__ */ model(() =>
  obj<SearchBody>({
    search_categories: obj<SearchCategories>({
      room_events: z.optional(
        obj<RoomEventsCriteria>({
          search_term: z.string(),
          keys: z.optional(z.array(openEnum(["content.body", "content.name", "content.topic"]))),
          filter: z.optional(RoomEventFilter.schema),
          order_by: z.optional(openEnum(["recent", "rank"])),
          event_context: z.optional(
            obj<SearchContextCriteria>({
              before_limit: z.optional(z.int()),
              after_limit: z.optional(z.int()),
              include_profile: z.optional(z.boolean()),
            }),
          ),
          include_state: z.optional(z.boolean()),
          groupings: z.optional(
            obj<SearchGroupings>({ group_by: z.optional(z.array(obj<SearchGroup>({ key: z.optional(openEnum(["room_id", "sender"])) }))) }),
          ),
        }),
      ),
    }),
  }),
);

/** The profile of a sender, as of the event. */
export interface SearchProfile {
  displayname?: string | undefined;
  /** Content URI of the avatar. */
  avatar_url?: string | undefined;
}

/** Checks a {@link SearchProfile}. */
export const SearchProfile: Model<SearchProfile> = /* @__PURE__ */ model(() =>
  obj<SearchProfile>({ displayname: z.optional(z.string()), avatar_url: z.optional(z.string()) }),
);

/** The events around a result. */
export interface SearchResultContext {
  /** Token of the first event. */
  start?: string | undefined;
  /** Token of the last event. */
  end?: string | undefined;
  /** By user. */
  profile_info?: Record<UserId, SearchProfile> | undefined;
  /** The newest first. */
  events_before?: ClientEvent[] | undefined;
  /** The oldest first. */
  events_after?: ClientEvent[] | undefined;
}

/** An event that was found. */
export interface SearchResult {
  /** Greater is better. */
  rank?: number | undefined;
  result?: ClientEvent | undefined;
  /** Only if it was asked for. */
  context?: SearchResultContext | undefined;
}

/** The results that have one value of the key. */
export interface SearchResultGroup {
  /** Token of the next page; absent at the end. */
  next_batch?: string | undefined;
  /** Place of the group among the others. */
  order?: number | undefined;
  /** Event IDs. */
  results?: string[] | undefined;
}

/** The events that were found. */
export interface RoomEventsResults {
  /** Roughly how many results there are. */
  count?: number | undefined;
  /** Words to highlight. */
  highlights?: string[] | undefined;
  results?: SearchResult[] | undefined;
  /** By room. */
  state?: Record<RoomId, ClientEvent[]> | undefined;
  /** By key, and by value of the key. */
  groups?: Record<string, Record<string, SearchResultGroup>> | undefined;
  /** Token of the next page; absent at the end. */
  next_batch?: string | undefined;
}

/** What was found, by kind. */
export interface SearchResultCategories {
  room_events?: RoomEventsResults | undefined;
}

/** Response of {@link search}. */
export interface SearchResponse {
  search_categories: SearchResultCategories;
}

/** Checks a {@link SearchResponse}. */
export const SearchResponse: Model<SearchResponse> = /* @__PURE__ */ model(() =>
  obj<SearchResponse>({
    search_categories: obj<SearchResultCategories>({
      room_events: z.optional(
        obj<RoomEventsResults>({
          count: z.optional(z.int()),
          highlights: z.optional(z.array(z.string())),
          results: z.optional(
            independent(
              z.array(
                obj<SearchResult>({
                  rank: z.optional(z.number()),
                  result: z.optional(ClientEvent.schema),
                  context: z.optional(
                    obj<SearchResultContext>({
                      start: z.optional(z.string()),
                      end: z.optional(z.string()),
                      profile_info: z.optional(independent(record(UserId, SearchProfile.schema))),
                      events_before: z.optional(independent(z.array(ClientEvent.schema))),
                      events_after: z.optional(independent(z.array(ClientEvent.schema))),
                    }),
                  ),
                }),
              ),
            ),
          ),
          state: z.optional(independent(record(RoomId, independent(z.array(ClientEvent.schema))))),
          groups: z.optional(
            record(
              z.string(),
              record(
                z.string(),
                obj<SearchResultGroup>({
                  next_batch: z.optional(z.string()),
                  order: z.optional(z.int()),
                  results: z.optional(z.array(z.string())),
                }),
              ),
            ),
          ),
          next_batch: z.optional(z.string()),
        }),
      ),
    }),
  }),
);

/** Request of {@link search}. */
export interface SearchRequest {
  query?: SearchQuery | undefined;
  body: SearchBody;
}

/**
 * Searches the rooms of the user.
 *
 * `POST /_matrix/client/v3/search` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3search}
 */
export const search: Endpoint<SearchRequest, SearchResponse> = /* @__PURE__ */ endpoint({
  id: "search",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/search" },
      { since: "v1.1", path: "/_matrix/client/v3/search" },
    ],
  },
  errors: { 400: {} },
  query: SearchQuery,
  body: SearchBody,
  response: SearchResponse,
});
