import { endpoint, type Endpoint, independent, model, type Model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body of {@link searchUserDirectory}. */
export interface SearchUserDirectoryBody {
  /** Text to search for. */
  search_term: string;
  /** Greatest number of results. Default: 10. */
  limit?: number | undefined;
}

/** Checks a {@link SearchUserDirectoryBody}. */
export const SearchUserDirectoryBody: Model<SearchUserDirectoryBody> = /* @__PURE__ */ model(() =>
  obj<SearchUserDirectoryBody>({ search_term: z.string(), limit: z.optional(z.int()) }),
);

/** A user who was found. */
export interface UserDirectoryEntry {
  user_id: UserId;
  /** A name for people. */
  display_name?: string | undefined;
  /** Content URI of the avatar. */
  avatar_url?: string | undefined;
}

/** Response of {@link searchUserDirectory}. */
export interface SearchUserDirectoryResponse {
  results: UserDirectoryEntry[];
  /** Whether there are more results. */
  limited: boolean;
}

/** Checks a {@link SearchUserDirectoryResponse}. */
export const SearchUserDirectoryResponse: Model<SearchUserDirectoryResponse> = /* @__PURE__ */ model(() =>
  obj<SearchUserDirectoryResponse>({
    results: independent(
      z.array(obj<UserDirectoryEntry>({ user_id: UserId, display_name: z.optional(z.string()), avatar_url: z.optional(z.string()) })),
    ),
    limited: z.boolean(),
  }),
);

/** Request of {@link searchUserDirectory}. */
export interface SearchUserDirectoryRequest {
  body: SearchUserDirectoryBody;
}

/**
 * Searches for users by name or user ID.
 *
 * `POST /_matrix/client/v3/user_directory/search` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3user_directorysearch}
 */
export const searchUserDirectory: Endpoint<SearchUserDirectoryRequest, SearchUserDirectoryResponse> = /* @__PURE__ */ endpoint({
  id: "searchUserDirectory",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/user_directory/search" },
      { since: "v1.1", path: "/_matrix/client/v3/user_directory/search" },
    ],
  },
  body: SearchUserDirectoryBody,
  response: SearchUserDirectoryResponse,
});
