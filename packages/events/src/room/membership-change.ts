/** What a membership event does. */
export type MembershipChange =
  | "banned"
  | "invitation-rejected"
  | "invitation-revoked"
  | "invited"
  | "joined"
  | "kicked"
  | "kicked-and-banned"
  | "knock-accepted"
  | "knock-denied"
  | "knock-retracted"
  | "knocked"
  | "left"
  | "none"
  | "profile-changed"
  | "unbanned"
  /** Room rules do not let this happen; it can be seen where state was lost or resolved. */
  | "impossible"
  /** A membership that is not specified. */
  | "unknown";

/** The parts of an `m.room.member` content that tell its change. */
export interface MembershipState {
  membership: string;
  displayname?: string | null | undefined;
  avatar_url?: string | undefined;
}

/** What a membership event did, with the profile fields that it changed. */
export interface MembershipChangeDetails {
  readonly change: MembershipChange;
  /** Only of `profile-changed`. */
  readonly displaynameChanged: boolean;
  /** Only of `profile-changed`. */
  readonly avatarChanged: boolean;
}

/** A change by the user themselves, and by somebody else. */
type Change = MembershipChange | readonly [bySelf: MembershipChange, byOther: MembershipChange];

const changes: ReadonlyMap<string, ReadonlyMap<string, Change>> = /* @__PURE__ */ table({
  invite: {
    invite: "none",
    join: "joined",
    leave: ["invitation-rejected", "invitation-revoked"],
    ban: "banned",
    knock: "knocked",
  },
  join: { invite: "impossible", join: "profile-changed", leave: ["left", "kicked"], ban: "kicked-and-banned", knock: "impossible" },
  leave: { invite: "invited", join: "joined", leave: "none", ban: "banned", knock: "knocked" },
  ban: { invite: "impossible", join: "impossible", leave: "unbanned", ban: "none", knock: "impossible" },
  knock: {
    invite: "knock-accepted",
    join: "impossible",
    leave: ["knock-retracted", "knock-denied"],
    ban: "banned",
    knock: "none",
  },
});

/**
 * Tells what a membership event does, from the content before it (none: `leave`) and by whose hand.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-membership}
 */
export function membershipChange(
  current: MembershipState,
  previous: MembershipState | undefined,
  { bySelf }: { bySelf: boolean },
): MembershipChangeDetails {
  const found = changes.get(previous?.membership ?? "leave")?.get(current.membership) ?? "unknown";
  const change = typeof found === "string" ? found : found[bySelf ? 0 : 1];
  if (change !== "profile-changed") return { change, displaynameChanged: false, avatarChanged: false };
  const displaynameChanged = (current.displayname ?? null) !== (previous?.displayname ?? null);
  const avatarChanged = (current.avatar_url ?? null) !== (previous?.avatar_url ?? null);
  return { change: displaynameChanged || avatarChanged ? change : "none", displaynameChanged, avatarChanged };
}

function table(rows: Record<string, Record<string, Change>>): ReadonlyMap<string, ReadonlyMap<string, Change>> {
  return new Map(Object.entries(rows).map(([from, row]) => [from, new Map(Object.entries(row))]));
}
