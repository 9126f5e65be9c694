import { matrixError } from "@patrix/api";
import type { UserPath } from "@patrix/client-api";
import type { TokenOwner } from "../../accounts/access-tokens.ts";

/** The user and device that a request's access token belongs to. */
export type Requester = TokenOwner;

/** The requester's user ID; tokens belong to users of this server only. */
export function localUserId({ userId }: Requester): `@${string}:${string}` {
  return userId as `@${string}:${string}`;
}

/** Checks that a path is about the requester. @throws {MatrixError} `M_FORBIDDEN`. */
export function requireOwn(user: Requester, path: Pick<UserPath, "userId">): void {
  if (path.userId !== user.userId) throw matrixError("M_FORBIDDEN", "userId: this is another user's");
}
