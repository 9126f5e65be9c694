/**
 * The part `search` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type RoomEventsCriteria,
  type RoomEventsResults,
  SearchBody,
  type SearchCategories,
  type SearchContextCriteria,
  type SearchGroup,
  type SearchGroupings,
  SearchProfile,
  SearchQuery,
  type SearchRequest,
  SearchResponse,
  type SearchResult,
  type SearchResultCategories,
  type SearchResultContext,
  type SearchResultGroup,
  search,
} from "../index.ts";
