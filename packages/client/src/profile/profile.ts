import type { MxcUri, UserId } from "@patrix/identifiers";
import type { RequestSender } from "../http/http-client.ts";
import { actions } from "../load-actions.ts";
import type { FileLike } from "../media/file-like.ts";
import type { Media } from "../media/media.ts";

/** What everyone may know of a user. */
export interface ProfileData {
  readonly displayname?: string | undefined;
  readonly avatar_url?: MxcUri | undefined;
}

/** The profiles of users. */
export interface Profile {
  /** The profile of a user, by default the client's own. */
  get(user?: UserId): Promise<ProfileData>;
  /** Changes the own profile; `null` takes the picture away. */
  set(change: { displayname?: string | undefined; avatar?: FileLike | Blob | string | null | undefined }): Promise<void>;
}

/** What {@link createProfile} is made of. */
export interface ProfileParts {
  readonly http: RequestSender;
  readonly media: Media;
  /** Who is logged in. */
  readonly userId: () => UserId;
}

/** Composes the access to profiles. */
export function createProfile({ http, media, userId: ownUserId }: ProfileParts): Profile {
  const setField = async (keyName: string, value: string): Promise<void> => {
    const { setProfileField } = await actions();
    await http.send(setProfileField, { path: { userId: ownUserId(), keyName }, body: { [keyName]: value } });
  };
  return {
    get: async (user = ownUserId()) => {
      const { getUserProfile } = await actions();
      return http.send(getUserProfile, { path: { userId: user } });
    },
    async set({ displayname, avatar }) {
      if (displayname !== undefined) await setField("displayname", displayname);
      if (avatar === null) await setField("avatar_url", "");
      else if (avatar !== undefined) await setField("avatar_url", await media.upload(avatar));
    },
  };
}
