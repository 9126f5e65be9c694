import { searchUserDirectory } from "@patrix/client-api";
import { handle } from "@patrix/server";
import type { UserDirectory } from "../../directory/user-directory.ts";
import type { Registration } from "../registration.ts";

/** The handler with which users find others. */
export function userDirectoryHandlers(userDirectory: UserDirectory): Registration[] {
  return [handle(searchUserDirectory, ({ body }, { user }) => userDirectory.search(user.userNid, body.search_term, body.limit))];
}
