import { MatrixError } from "@patrix/api";
import type { RequestSender } from "@patrix/client";
import { getUserProfile, type GetUserProfileResponse, setProfileField } from "@patrix/client-api";
import type { UserId } from "@patrix/identifiers";
import type { GhostProfile } from "./intent.ts";

/** Sets of a profile what differs, and nothing else. */
export async function setProfile(http: RequestSender, userId: UserId, { displayName, avatarUrl }: GhostProfile): Promise<void> {
  const present = await http.send(getUserProfile, { path: { userId } }).catch((error: unknown): GetUserProfileResponse => {
    if (MatrixError.is(error, "M_NOT_FOUND")) return {};
    throw error;
  });
  const wanted = { displayname: displayName, avatar_url: avatarUrl };
  for (const keyName of ["displayname", "avatar_url"] as const) {
    const value = wanted[keyName];
    if (value === undefined || value === (present[keyName] ?? "")) continue;
    await http.send(setProfileField, { path: { userId, keyName }, body: { [keyName]: value } });
  }
}
