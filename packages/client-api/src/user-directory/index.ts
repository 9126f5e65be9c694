/**
 * The part `user-directory` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  SearchUserDirectoryBody,
  type SearchUserDirectoryRequest,
  SearchUserDirectoryResponse,
  type UserDirectoryEntry,
  searchUserDirectory,
} from "../index.ts";
