/**
 * The part `tag` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type DeleteRoomTagRequest,
  type GetRoomTagsRequest,
  GetRoomTagsResponse,
  type SetRoomTagRequest,
  TagPath,
  deleteRoomTag,
  getRoomTags,
  setRoomTag,
} from "../index.ts";
