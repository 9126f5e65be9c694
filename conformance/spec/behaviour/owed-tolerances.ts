import type { OwedTolerance } from "./behaviour-tolerance.ts";

/** Tolerances of what Patrix does not have yet. */
export const owedTolerances: readonly OwedTolerance[] = [
  { place: "application-service-api.md, user_id", words: "missing: the sender of the application service", owed: "G" },
  {
    place: "modules/end_to_end_encryption.md",
    words: "a key request that cannot be answered, unsolicited secrets and keys of other rooms are ignored",
    owed: "I",
  },
  { place: "client-server, id_access_token", words: "servers may do without it for clients of r0.5", owed: "after I" },
];
