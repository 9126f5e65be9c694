/**
 * The part `relations` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type GetRelatingEventsRequest,
  GetRelatingEventsWithRelTypeAndEventTypePath,
  type GetRelatingEventsWithRelTypeAndEventTypeRequest,
  GetRelatingEventsWithRelTypePath,
  type GetRelatingEventsWithRelTypeRequest,
  RelationsQuery,
  RelationsResponse,
  getRelatingEvents,
  getRelatingEventsWithRelType,
  getRelatingEventsWithRelTypeAndEventType,
} from "../index.ts";
