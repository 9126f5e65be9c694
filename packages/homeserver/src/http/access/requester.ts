import type { TokenOwner } from "../../accounts/access-tokens.ts";

/** The user and device that a request's access token belongs to. */
export type Requester = TokenOwner;
