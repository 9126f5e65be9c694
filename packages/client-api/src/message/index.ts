/**
 * The part `message` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  Direction,
  GetRoomEventsQuery,
  type GetRoomEventsRequest,
  GetRoomEventsResponse,
  SendMessagePath,
  type SendMessageRequest,
  getRoomEvents,
  sendMessage,
} from "../index.ts";
