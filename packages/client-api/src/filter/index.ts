/**
 * The part `filter` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type DefineFilterRequest,
  DefineFilterResponse,
  EventFilter,
  FilterDefinition,
  GetFilterPath,
  type GetFilterRequest,
  RoomEventFilter,
  RoomFilter,
  defineFilter,
  eventFilterShape,
  getFilter,
} from "../index.ts";
