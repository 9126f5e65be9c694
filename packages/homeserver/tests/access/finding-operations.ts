import type { Situation } from "./actors.ts";
import { eras } from "./actors.ts";
import { refused } from "./expectation.ts";
import { client, escaped, members, mentions, ok, post, when, withPower } from "./room-probe.ts";
import type { RequestLine, RoomCell, RoomRow } from "./room-row.ts";

/** Whether somebody may know what a room says of itself, in it or not. */
function mayPreview({ kind, actor, membership, isJoined, isWorldReadable }: Situation): boolean {
  if (isWorldReadable || isJoined || membership === "invite" || kind.joinRule === "public" || kind.joinRule === "knock") return true;
  return kind.joinRule === "restricted" && actor === "in the space";
}
const shownMembership = ({ actor, membership }: Situation, { room }: RoomCell): { present: RegExp; absent?: RegExp } => {
  const present = new RegExp(`"room_id":"${escaped(room.roomId)}".*"room_version":"12"`);
  if (actor === "no token") return { present, absent: /"membership"/ };
  return { present: new RegExp(`${present.source}.*"membership":"${membership === "" ? "leave" : membership}"`) };
};

const previews: readonly RoomRow[] = [
  {
    operation: "getRoomSummary",
    guests: true,
    open: "optional",
    probes: [
      ({ room }: RoomCell) => `/_matrix/client/v1/room_summary/${encodeURIComponent(room.roomId)}`,
      ({ room }: RoomCell) => `/_matrix/client/v1/room_summary/${encodeURIComponent(room.alias)}?via=localhost`,
      ({ room }: RoomCell) => `/_matrix/client/unstable/im.nheko.summary/summary/${encodeURIComponent(room.roomId)}`,
      ({ room }: RoomCell) => `/_matrix/client/unstable/im.nheko.summary/rooms/${encodeURIComponent(room.alias)}/summary`,
    ].map((url) => ({
      request: (cell: RoomCell): RequestLine => ["GET", url(cell)],
      expected: (situation: Situation) => (mayPreview(situation) ? ok : refused.notFound),
      says: shownMembership,
    })),
  },
  {
    operation: "getSpaceHierarchy",
    guests: false,
    probes: ["v1", "unstable/org.matrix.msc2946"].map((version) => ({
      request: ({ room }: RoomCell): RequestLine => [
        "GET",
        `/_matrix/client/${version}/rooms/${encodeURIComponent(room.roomId)}/hierarchy`,
      ],
      expected: (situation: Situation) => when(mayPreview(situation)),
      says: (_situation: Situation, { room }: RoomCell) => ({ present: new RegExp(`"room_id":"${escaped(room.roomId)}"`) }),
    })),
  },
];

const reporting: readonly RoomRow[] = [
  {
    operation: "reportEvent",
    guests: false,
    probes: eras.map((era) => ({
      request: ({ room }: RoomCell): RequestLine => [
        "POST",
        `${client}/rooms/${room.roomId}/report/${room.eventIds[era]}`,
        { reason: "rude", score: -100 },
      ],
      // Who only looks into a room reports the room.
      expected: (situation: Situation) => (situation.isJoined && situation.visibleEras().includes(era) ? ok : refused.notFound),
    })),
  },
  { operation: "reportRoom", guests: false, probes: [{ request: post("/report", () => ({ reason: "rude" })), expected: () => ok }] },
];

const directory: readonly RoomRow[] = [
  {
    operation: "getRoomIdByAlias",
    guests: true,
    open: true,
    probes: [{ request: ({ room }) => ["GET", `${client}/directory/room/${encodeURIComponent(room.alias)}`], expected: () => ok }],
  },
  {
    operation: "setRoomAlias",
    guests: false,
    probes: [
      {
        request: ({ world, room }) => [
          "PUT",
          `${client}/directory/room/${encodeURIComponent(`#more${world.number()}:${world.server.serverName}`)}`,
          { room_id: room.roomId },
        ],
        expected: members,
      },
    ],
  },
  {
    operation: "deleteRoomAlias",
    guests: false,
    changes: true,
    probes: [{ request: ({ room }) => ["DELETE", `${client}/directory/room/${encodeURIComponent(room.alias)}`], expected: withPower(50) }],
  },
  ...(["getPublicRooms", "queryPublicRooms"] as const).map((operation): RoomRow => {
    const method = operation === "getPublicRooms" ? "GET" : "POST";
    return {
      operation,
      guests: true,
      probes: [
        {
          request: () =>
            method === "GET" ? [method, `${client}/publicRooms?limit=500`] : [method, `${client}/publicRooms`, { limit: 500 }],
          expected: () => ok,
          says: ({ kind }, { room }) => mentions(room.roomId, kind.published),
        },
      ],
    };
  }),
  {
    operation: "getRoomVisibilityOnDirectory",
    guests: true,
    open: true,
    probes: [
      {
        request: ({ room }) => ["GET", `${client}/directory/list/room/${encodeURIComponent(room.roomId)}`],
        expected: () => ok,
        says: ({ kind }) => ({ present: kind.published ? /"public"/ : /"private"/ }),
      },
    ],
  },
  {
    operation: "setRoomVisibilityOnDirectory",
    guests: false,
    probes: [
      {
        request: ({ room }) => ["PUT", `${client}/directory/list/room/${encodeURIComponent(room.roomId)}`, {}],
        expected: withPower(50),
      },
    ],
    changes: true,
  },
];

/** Every operation by which rooms are found, looked at from outside, and reported. */
export const findingRows: readonly RoomRow[] = [...previews, ...reporting, ...directory];
