/** Everyone who asks; what tells devices apart has a table of its own. */
export const actors = [
  "owner",
  "moderator",
  "member",
  "other device",
  "invited",
  "rejected invite",
  "knocked",
  "retracted knock",
  "left",
  "forgot",
  "banned",
  "banned without joining",
  "stranger",
  "in the space",
  "guest",
  "guest outside",
  "locked",
  "deactivated",
  "no token",
] as const;
/** One who asks. */
export type Actor = (typeof actors)[number];

/** The stretches of a room's history; each has a message and a piece of state that name it. */
export const eras = ["before", "invited", "while", "away", "after"] as const;
/** One stretch of a room's history. */
export type Era = (typeof eras)[number];

/** The messages that are in a thread, each with the one from which the thread starts. */
export const threadRoots: Readonly<Partial<Record<Era, Era>>> = { invited: "before", away: "while", after: "while" };

/** The memberships of an actor, era by era; `""` where there is none. */
type Memberships = readonly [before: string, invited: string, while_: string, away: string, after: string];

const memberships: Readonly<Record<Actor, Memberships>> = {
  owner: ["join", "join", "join", "join", "join"],
  moderator: ["", "invite", "join", "join", "join"],
  member: ["", "invite", "join", "join", "join"],
  "other device": ["", "invite", "join", "join", "join"],
  invited: ["", "invite", "invite", "invite", "invite"],
  "rejected invite": ["", "invite", "invite", "leave", "leave"],
  knocked: ["", "knock", "knock", "knock", "knock"],
  "retracted knock": ["", "knock", "knock", "leave", "leave"],
  left: ["", "invite", "join", "leave", "leave"],
  forgot: ["", "invite", "join", "leave", "leave"],
  banned: ["", "invite", "join", "ban", "ban"],
  "banned without joining": ["", "", "", "ban", "ban"],
  stranger: ["", "", "", "", ""],
  "in the space": ["", "", "", "", ""],
  guest: ["", "invite", "join", "join", "join"],
  "guest outside": ["", "", "", "", ""],
  locked: ["", "invite", "join", "join", "join"],
  deactivated: ["", "", "", "", ""],
  "no token": ["", "", "", "", ""],
};

/** A kind of room. */
export interface RoomKind {
  readonly joinRule: "invite" | "knock" | "restricted" | "public";
  /** The history visibility, era by era. */
  readonly visibility: readonly [before: string, invited: string, while_: string, away: string, after: string];
  readonly published: boolean;
  /** The power level for invites. */
  readonly inviteLevel: number;
}

/** Every kind of room; in the two last ones the visibility of the history changes. */
export const roomKinds: Readonly<Record<string, RoomKind>> = {
  private: { joinRule: "invite", visibility: always("shared"), published: false, inviteLevel: 0 },
  knock: { joinRule: "knock", visibility: always("joined"), published: false, inviteLevel: 0 },
  restricted: { joinRule: "restricted", visibility: always("invited"), published: false, inviteLevel: 0 },
  public: { joinRule: "public", visibility: always("shared"), published: true, inviteLevel: 50 },
  "world readable": { joinRule: "public", visibility: always("world_readable"), published: true, inviteLevel: 50 },
  closed: {
    joinRule: "invite",
    visibility: ["world_readable", "joined", "invited", "shared", "shared"],
    published: false,
    inviteLevel: 0,
  },
  opened: { joinRule: "knock", visibility: ["shared", "shared", "shared", "shared", "world_readable"], published: false, inviteLevel: 0 },
};

function always(visibility: string): RoomKind["visibility"] {
  return [visibility, visibility, visibility, visibility, visibility];
}

/** An actor in a room: what the specification lets them see of it. */
export class Situation {
  readonly actor: Actor;
  readonly kind: RoomKind;
  readonly #memberships: Memberships;

  constructor(actor: Actor, kind: RoomKind) {
    this.actor = actor;
    this.kind = kind;
    const cannotKnock = (actor === "knocked" || actor === "retracted knock") && kind.joinRule !== "knock";
    this.#memberships = memberships[cannotKnock ? "stranger" : actor];
  }

  /** The membership at the end. */
  get membership(): string {
    return this.#memberships[4];
  }

  get isJoined(): boolean {
    return this.membership === "join";
  }

  /** Whether anybody may read the room at the end. */
  get isWorldReadable(): boolean {
    return this.kind.visibility[4] === "world_readable";
  }

  /** Whether the actor was in once, is out, and has not forgotten it. */
  get isFormer(): boolean {
    return !this.isJoined && this.actor !== "forgot" && this.#memberships.includes("join");
  }

  /** Whether the actor may read the room: the present, or what was until they left. */
  get mayRead(): boolean {
    return this.isJoined || this.isWorldReadable || this.isFormer;
  }

  /** The newest era that the actor gets at. */
  get newestEra(): Era | "none" {
    if (this.isJoined || this.isWorldReadable) return "after";
    return this.isFormer ? "while" : "none";
  }

  get powerLevel(): number {
    if (this.actor === "owner") return 100;
    return this.actor === "moderator" ? 50 : 0;
  }

  /**
   * The eras whose messages the actor may see, by the rules of history visibility, up to an era.
   *
   * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility}
   */
  visibleEras(upTo: Era | "none" = this.newestEra): Era[] {
    const last = upTo === "none" ? -1 : eras.indexOf(upTo);
    return eras.filter((_, i) => {
      const visibility = this.kind.visibility[i];
      const membership = this.#memberships[i];
      if (i > last) return false;
      if (visibility === "world_readable" || membership === "join") return true;
      if (visibility === "shared") return this.#memberships.slice(i).includes("join");
      return visibility === "invited" && membership === "invite";
    });
  }

  /** The eras of a thread's messages that the actor may see, without the one from which it starts. */
  visibleInThread(root: Era): Era[] {
    return this.visibleEras().filter((era) => threadRoots[era] === root);
  }

  /** The visible eras after the last one that is hidden: a sync shows no gap that a change of the state hides in. */
  visibleWithoutGap(upTo: Era | "none"): Era[] {
    const visible = this.visibleEras(upTo);
    const last = eras.findLastIndex((era, i) => i <= eras.indexOf(upTo === "none" ? "before" : upTo) && !visible.includes(era));
    return visible.filter((era) => eras.indexOf(era) > last);
  }
}

/** The era right before another one, whose state it begins with. */
export function eraBefore(era: Era | undefined): Era[] {
  const before = era && eras[eras.indexOf(era) - 1];
  return before ? [before] : [];
}
