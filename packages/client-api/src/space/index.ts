/**
 * The part `space` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  GetSpaceHierarchyQuery,
  type GetSpaceHierarchyRequest,
  GetSpaceHierarchyResponse,
  SpaceChildStateEvent,
  SpaceHierarchyRoom,
  getSpaceHierarchy,
} from "../index.ts";
