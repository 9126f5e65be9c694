import { localUserId, requireOwn } from "../access/requester.ts";
import { type JsonObject, matrixError } from "@patrix/api";
import { deleteProfileField, getProfileField, getUserProfile, setProfileField } from "@patrix/client-api";
import { handle, rawJson } from "@patrix/server";
import { isLocalUser } from "../../log/core.ts";
import type { Registration } from "../registration.ts";
import type { AccountServices } from "./account-services.ts";

/** The handlers of profiles. */
export function profileHandlers({ core, profiles, otherServers, appservices, queries }: AccountServices): Registration[] {
  const readOwn = async (userId: string, token: string | undefined): Promise<JsonObject | undefined> => {
    const known = await profiles.read(userId);
    const asker = token === undefined ? undefined : appservices.byToken(token);
    return known ?? ((await queries.user(userId, asker)) ? profiles.read(userId) : undefined);
  };
  const read = async (userId: string, token: string | undefined, field?: string): Promise<JsonObject> => {
    const profile = isLocalUser(core, userId) ? await readOwn(userId, token) : await otherServers.profile(userId, field);
    if (!profile) throw matrixError("M_NOT_FOUND", "userId: the server has no profile of this user");
    return profile;
  };
  return [
    handle(getUserProfile, async ({ path }, { token }) => rawJson(JSON.stringify(await read(path.userId, token)))),
    handle(getProfileField, async ({ path: { userId, keyName } }, { token }) => {
      const profile = await read(userId, token, keyName);
      if (Object.hasOwn(profile, keyName)) return { [keyName]: profile[keyName] };
      // Clients of every age expect the two first fields to exist.
      if (keyName === "displayname" || keyName === "avatar_url") return {};
      throw matrixError("M_NOT_FOUND", "keyName: the profile has no such field");
    }),
    handle(setProfileField, async ({ path, body }, { user }) => {
      requireOwn(user, path);
      await profiles.set(user.userNid, localUserId(user), path.keyName, body);
      return {};
    }),
    handle(deleteProfileField, async ({ path }, { user }) => {
      requireOwn(user, path);
      await profiles.remove(user.userNid, localUserId(user), path.keyName);
      return {};
    }),
  ];
}
