import type { TokenOwner } from "../src/accounts/access-tokens.ts";

/** A user with a device and nothing special about either. */
export const alice: TokenOwner = {
  userNid: 1,
  userId: "@alice:example.org",
  deviceNid: 1,
  deviceId: "A",
  isGuest: false,
  isAdmin: false,
  isLocked: false,
  isSuspended: false,
  isUnused: false,
};
