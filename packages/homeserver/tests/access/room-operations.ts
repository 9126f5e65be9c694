import { eraBefore, eras, type Situation } from "./actors.ts";
import { type Expected, type Markers, nothing, refused } from "./expectation.ts";
import { delayedRows } from "./delayed-operations.ts";
import { findingRows } from "./finding-operations.ts";
import { relationRows } from "./relation-operations.ts";
import { client, escaped, get, members, mentions, ok, path, post, readers, when, withPower } from "./room-probe.ts";
import { history, type RequestLine, type RoomCell, type RoomProbe, type RoomRow } from "./room-row.ts";

const own = ({ user, room }: RoomCell, rest: string): string =>
  `${client}/user/${encodeURIComponent(user.userId)}/rooms/${encodeURIComponent(room.roomId)}${rest}`;
const another = ({ world, room }: RoomCell, rest: string): string =>
  `${client}/user/${encodeURIComponent(world.outsider.userId)}/rooms/${encodeURIComponent(room.roomId)}${rest}`;

const state = (situation: Situation): Markers => ({
  messages: [],
  states: eras.filter((era) => era === situation.newestEra),
  newestState: situation.newestEra,
  latecomer: situation.newestEra === "after",
});
const memberList = (situation: Situation): Markers => ({ ...nothing, latecomer: situation.newestEra === "after" });

const reading: readonly RoomRow[] = [
  {
    operation: "getRoomEvents",
    guests: true,
    probes: ["dir=b&limit=1000", "dir=f&limit=1000"].map((query) => ({
      request: get(`/messages?${query}`),
      expected: readers,
      shows: history,
    })),
  },
  {
    operation: "roomInitialSync",
    guests: true,
    probes: [
      {
        request: get("/initialSync"),
        expected: readers,
        shows: (situation) => {
          // It holds the last twenty events, and the state.
          const { states, latecomer, messages } = history(situation);
          return {
            messages,
            isExcerpt: true,
            states: [...states, ...state(situation).states],
            newestState: situation.newestEra,
            latecomer,
          };
        },
      },
    ],
  },
  {
    operation: "getOneEvent",
    guests: false,
    probes: eras.map((era) => ({
      request: ({ room }: RoomCell): RequestLine => ["GET", `${client}/events/${room.eventIds[era]}`],
      expected: (situation: Situation) => (situation.visibleEras().includes(era) ? ok : refused.notFound),
      // The newest message of its thread is bundled with it.
      shows: (situation: Situation) => ({ ...nothing, messages: [era, ...situation.visibleInThread(era).slice(-1)] }),
    })),
  },
  {
    operation: "peekEvents",
    guests: true,
    probes: [
      {
        // Whoever may look into the room gets what is visible of it since a time.
        request: ({ room }) => ["GET", `${client}/events?timeout=0&from=${room.tokens.before}&room_id=${encodeURIComponent(room.roomId)}`],
        expected: ({ isJoined, isWorldReadable }) => when(isJoined || isWorldReadable),
        shows: (situation) => {
          const { messages, ...rest } = history(situation);
          return { ...rest, messages: messages.filter((era) => era !== "before") };
        },
      },
    ],
  },
  {
    operation: "initialSync",
    guests: true,
    probes: ["", "&archived=true"].map((query) => ({
      request: () => ["GET", `${client}/initialSync?limit=0${query}`],
      expected: () => ok,
      // It holds all rooms of the user, those of other rows among them.
      shows: () => ({ messages: [], states: [...eras], latecomer: true }),
      says: ({ membership, isFormer }: Situation, { room }: RoomCell) =>
        mentions(room.roomId, ["join", "invite"].includes(membership) || (query !== "" && isFormer)),
    })),
  },
  {
    operation: "getOneRoomEvent",
    guests: true,
    probes: eras.map((era) => ({
      request: ({ room }: RoomCell): RequestLine => ["GET", `${client}/rooms/${room.roomId}/event/${room.eventIds[era]}`],
      expected: (situation: Situation) => (situation.visibleEras().includes(era) ? ok : refused.notFound),
      // The newest message of its thread is bundled with it.
      shows: (situation: Situation) => ({ ...nothing, messages: [era, ...situation.visibleInThread(era).slice(-1)] }),
    })),
  },
  { operation: "getRoomState", guests: true, probes: [{ request: get("/state"), expected: readers, shows: state }] },
  {
    operation: "getRoomStateWithKey",
    guests: true,
    probes: ["", "?format=event"].map((query) => ({
      request: get(`/state/org.example.marker/${query}`),
      expected: readers,
      shows: (situation: Situation) => ({ ...state(situation), latecomer: false }),
    })),
  },
  {
    operation: "getMembersByRoom",
    guests: true,
    probes: [
      { request: get("/members"), expected: readers, shows: memberList },
      { request: get("/members?not_membership=leave"), expected: readers, shows: memberList },
      {
        request: ({ room }) => ["GET", `${client}/rooms/${room.roomId}/members?at=${room.tokens.after}`],
        expected: readers,
        shows: memberList,
      },
      {
        // Who was in at a time that the history hides stays hidden too.
        request: ({ room }) => ["GET", `${client}/rooms/${room.roomId}/members?not_membership=leave&at=${room.tokens.before}`],
        expected: (situation) => when(situation.visibleEras().includes("before")),
        says: () => ({ present: /earlycomer/ }),
      },
    ],
  },
  // "You aren't a member of the room": those who left and those who only peek see no profiles.
  {
    operation: "getJoinedMembersByRoom",
    guests: true,
    probes: [{ request: get("/joined_members"), expected: members, shows: memberList }],
  },
  {
    operation: "getLocalAliases",
    guests: false,
    probes: [{ request: get("/aliases"), expected: ({ isJoined, isWorldReadable }) => when(isJoined || isWorldReadable) }],
  },
  {
    operation: "getJoinedRooms",
    guests: true,
    probes: [
      {
        request: () => ["GET", `${client}/joined_rooms`],
        expected: () => ok,
        says: ({ isJoined }, { room }) => mentions(room.roomId, isJoined),
      },
    ],
  },
  { operation: "sync", guests: true, probes: ["", "&full_state=true", "&full_state=true&use_state_after=true"].map(syncProbe) },
  { operation: "simplifiedMsc3575Sync", guests: true, probes: [slidingProbe("unstable/org.matrix.simplified_msc3575/sync", [["*", "*"]])] },
  { operation: "slidingSync", guests: true, probes: [slidingProbe("v4/sync", { include: [{}] })] },
];

/** A subscription to a room tells of it as a sync does, but for rooms that the user was never in. */
function slidingProbe(path: string, requiredState: unknown): RoomProbe {
  return {
    request: ({ room }) => {
      const config = { timeline_limit: 1_000, required_state: requiredState };
      return ["POST", `/_matrix/client/${path}`, { room_subscriptions: { [room.roomId]: config } }];
    },
    expected: () => ok,
    shows: (situation) => {
      const upTo = syncedUpTo(situation);
      const messages = situation.visibleWithoutGap(upTo);
      return { messages, states: [...eraBefore(messages[0]), ...messages], newestState: upTo, latecomer: upTo === "after" };
    },
    says: ({ membership, actor, isFormer }, { room }) => {
      const isTold = actor !== "forgot" && (["join", "invite", "knock"].includes(membership) || isFormer);
      return isTold ? { present: new RegExp(`"rooms":\\{"${escaped(room.roomId)}":\\{"initial":true`) } : mentions(room.roomId, false);
    },
  };
}

function syncProbe(query: string): RoomProbe {
  return {
    request: ({ room }) => {
      const filter = JSON.stringify({ room: { rooms: [room.roomId], include_leave: true, timeline: { limit: 1_000 } } });
      return ["GET", `${client}/sync?filter=${encodeURIComponent(filter)}${query}`];
    },
    expected: () => ok,
    shows: (situation) => {
      // A sync tells of the rooms that the user is or was in; whoever left gets them up to there, whatever became of them.
      const upTo = syncedUpTo(situation);
      const messages = situation.visibleWithoutGap(upTo);
      return { messages, states: [...eraBefore(messages[0]), ...messages], newestState: upTo, latecomer: upTo === "after" };
    },
    says: ({ membership, actor }, { room }) => {
      const sections: Readonly<Record<string, string>> = { join: "join", invite: "invite", knock: "knock", leave: "leave", ban: "leave" };
      const section = actor === "forgot" ? undefined : sections[membership];
      if (section === undefined) return mentions(room.roomId, false);
      return { present: new RegExp(`"rooms":\\{"${section}":\\{"${escaped(room.roomId)}"`) };
    },
  };
}

function syncedUpTo({ isJoined, isFormer }: Situation): "after" | "while" | "none" {
  if (isJoined) return "after";
  return isFormer ? "while" : "none";
}

const writing: readonly RoomRow[] = [
  {
    operation: "sendMessage",
    guests: true,
    probes: [
      {
        request: (cell) => ["PUT", path(`/send/org.example.sent/${cell.world.number()}`)(cell), {}],
        expected: members,
      },
    ],
  },
  {
    operation: "redactEvent",
    guests: false,
    probes: [
      {
        request: (cell) => ["PUT", path(`/redact/${cell.room.eventIds.while}/${cell.world.number()}`)(cell), {}],
        expected: withPower(50),
      },
    ],
    changes: true,
  },
  {
    operation: "setRoomStateWithKey",
    guests: true,
    probes: [
      { request: (cell) => ["PUT", path("/state/org.example.other/")(cell), {}], expected: withPower(50) },
      {
        request: (cell) => ["PUT", path("/state/m.room.power_levels/")(cell), { users: {} }],
        expected: (situation) => when(situation.actor === "owner"),
      },
    ],
    changes: true,
  },
  {
    operation: "postReceipt",
    guests: true,
    probes: ["m.read", "m.read.private", "m.fully_read"].map((type) => ({
      request: (cell: RoomCell): RequestLine => ["POST", path(`/receipt/${type}/${cell.room.eventIds.while}`)(cell), {}],
      expected: members,
    })),
  },
  {
    operation: "setReadMarker",
    guests: true,
    probes: [{ request: post("/read_markers", ({ room }) => ({ "m.fully_read": room.eventIds.while })), expected: members }],
  },
  {
    operation: "setTyping",
    guests: true,
    probes: [
      { request: (cell) => ["PUT", path(`/typing/${cell.user.userId}`)(cell), { typing: false }], expected: members },
      {
        request: (cell) => ["PUT", path(`/typing/${cell.world.target.userId}`)(cell), { typing: true }],
        expected: () => refused.forbidden,
      },
    ],
  },
];

const upgrading: RoomRow = {
  operation: "upgradeRoom",
  guests: false,
  changes: true,
  probes: [
    {
      request: post("/upgrade", () => ({ new_version: "11" })),
      expected: ({ actor }) => when(actor === "owner"),
      says: () => ({ present: /"replacement_room":"!/ }),
    },
  ],
};

/** Joins by the rules of authorisation: who is invited, who is in already, and whom the join rule lets in. */
function mayJoin({ membership, kind, actor }: Situation): boolean {
  if (membership === "join" || membership === "invite") return true;
  if (membership === "ban") return false;
  return kind.joinRule === "public" || (kind.joinRule === "restricted" && actor === "in the space");
}

const joins = (situation: Situation): Expected => {
  // The rooms let guests in, as the preset says.
  return when(mayJoin(situation));
};
const onTarget = ({ world }: RoomCell): unknown => ({ user_id: world.target.userId });

const memberships: readonly RoomRow[] = [
  { operation: "joinRoomById", guests: true, changes: true, probes: [{ request: post("/join"), expected: joins }] },
  {
    operation: "joinRoom",
    guests: true,
    changes: true,
    probes: [{ request: ({ room }) => ["POST", `${client}/join/${encodeURIComponent(room.alias)}`, {}], expected: joins }],
  },
  {
    operation: "knockRoom",
    guests: false,
    changes: true,
    probes: [
      {
        request: ({ room }) => ["POST", `${client}/knock/${encodeURIComponent(room.roomId)}`, {}],
        expected: ({ kind, membership }) => when(kind.joinRule === "knock" && !["join", "invite", "ban"].includes(membership)),
      },
    ],
  },
  {
    operation: "leaveRoom",
    guests: true,
    changes: true,
    probes: [
      {
        request: post("/leave"),
        expected: ({ membership }) => {
          if (membership === "") return refused.notFound;
          return when(membership !== "ban");
        },
      },
    ],
  },
  {
    operation: "forgetRoom",
    guests: false,
    changes: true,
    // "The user has not left the room", which is also all that a stranger learns.
    probes: [
      { request: post("/forget"), expected: ({ membership }) => (membership === "leave" || membership === "ban" ? ok : "400 M_UNKNOWN") },
    ],
  },
  {
    operation: "inviteUser",
    guests: false,
    changes: true,
    probes: [
      {
        request: post("/invite", ({ world }) => ({ user_id: world.outsider.userId })),
        expected: (situation) => withPower(situation.kind.inviteLevel)(situation),
      },
    ],
  },
  { operation: "kick", guests: false, changes: true, probes: [{ request: post("/kick", onTarget), expected: withPower(50) }] },
  { operation: "ban", guests: false, changes: true, probes: [{ request: post("/ban", onTarget), expected: withPower(50) }] },
  {
    operation: "unban",
    guests: false,
    changes: true,
    probes: [{ request: post("/unban", ({ world }) => ({ user_id: world.outcast.userId })), expected: withPower(50) }],
  },
];

/** What users keep of rooms for themselves; it says nothing of the room, and needs no membership. */
function kept(operation: RoomRow["operation"], guests: boolean, method: string, rest: string, body?: unknown): RoomRow {
  return {
    operation,
    guests,
    probes: [
      { request: (cell) => [method, own(cell, rest), body], expected: () => ok },
      { request: (cell) => [method, another(cell, rest), body], expected: () => refused.forbidden },
    ],
  };
}

/** The same under the path of the proposal by which account data are deleted. */
function inUnstable({ probes, ...row }: RoomRow): RoomRow {
  return {
    ...row,
    probes: probes.map(({ request, ...probe }) => ({
      ...probe,
      request: (cell) => {
        const [method, path, body] = request(cell);
        return [method, path.replace("/v3/", "/unstable/org.matrix.msc3391/"), body];
      },
    })),
  };
}

/** Every operation that is about a room. */
export const roomRows: readonly RoomRow[] = [
  ...reading,
  ...writing,
  upgrading,
  ...memberships,
  ...findingRows,
  ...delayedRows,
  ...relationRows,
  kept("setAccountDataPerRoom", true, "PUT", "/account_data/org.example.note", { n: 1 }),
  kept("getAccountDataPerRoom", true, "GET", "/account_data/org.example.note"),
  inUnstable(kept("deleteAccountDataPerRoom", true, "DELETE", "/account_data/org.example.note")),
  kept("setRoomTag", false, "PUT", "/tags/u.tag", {}),
  kept("getRoomTags", true, "GET", "/tags"),
  kept("deleteRoomTag", false, "DELETE", "/tags/u.tag"),
];
