import type { JsonObject } from "@patrix/api";

/** What a membership event shows of a user. */
export interface MemberProfile {
  readonly displayname?: string | undefined;
  readonly avatar_url?: string | undefined;
}

/** Reads a user's profile; empty for users of other servers. */
export type ProfileOf = (userId: string) => Promise<MemberProfile>;

/** The content of a membership event, with the user's profile where the membership shows it. */
export async function memberContent(profileOf: ProfileOf, userId: string, membership: string, reason?: string): Promise<JsonObject> {
  const shown = membership === "join" || membership === "invite" || membership === "knock";
  const { displayname, avatar_url } = shown ? await profileOf(userId) : {};
  return {
    ...(avatar_url === undefined ? {} : { avatar_url }),
    ...(displayname === undefined ? {} : { displayname }),
    membership,
    ...(reason === undefined ? {} : { reason }),
  };
}
