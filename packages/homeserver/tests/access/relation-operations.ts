// What relates to events, what happened around them, and what is found by words.
import { type Era, eras, type Situation } from "./actors.ts";
import { type Expected, nothing, refused } from "./expectation.ts";
import { history, type RequestLine, type RoomCell, type RoomRow } from "./room-row.ts";

const client = "/_matrix/client/v3";
const first = "/_matrix/client/v1";
const ok: Expected = "200";

/** The messages that a search finds: of rooms in which the actor is or was, and of those that were left nothing from after that. */
const searched = (situation: Situation): readonly Era[] => {
  if (situation.isJoined) return situation.visibleEras();
  return situation.isFormer ? situation.visibleEras("while") : [];
};

/** The operations that read relations and contexts, and the search. */
export const relationRows: readonly RoomRow[] = [
  ...(["", "/m.thread", "/m.thread/m.room.message"] as const).map((rest, i): RoomRow => ({
    operation:
      (["getRelatingEvents", "getRelatingEventsWithRelType", "getRelatingEventsWithRelTypeAndEventType"] as const)[i] ??
      "getRelatingEvents",
    guests: true,
    probes: eras.flatMap((era) =>
      ["dir=b", "dir=f&recurse=true"].map((query) => ({
        request: ({ room }: RoomCell): RequestLine => [
          "GET",
          `${first}/rooms/${room.roomId}/relations/${room.eventIds[era]}${rest}?${query}`,
        ],
        expected: (situation: Situation) => (situation.visibleEras().includes(era) ? ok : refused.notFound),
        shows: (situation: Situation) => ({ ...nothing, messages: situation.visibleInThread(era) }),
      })),
    ),
  })),
  {
    operation: "getThreadRoots",
    guests: true,
    probes: [
      {
        request: ({ room }) => ["GET", `${first}/rooms/${room.roomId}/threads`],
        expected: ({ mayRead }) => (mayRead ? ok : refused.forbidden),
        shows: (situation) => {
          const threads = situation.visibleEras().map((root) => [root, ...situation.visibleInThread(root).slice(-1)]);
          return { ...nothing, messages: eras.filter((era) => threads.some((thread) => thread.length > 1 && thread.includes(era))) };
        },
      },
    ],
  },
  ...(
    [
      ["subscribeThread", "PUT", ok],
      ["getThreadSubscription", "GET", ok],
      ["unsubscribeThread", "DELETE", ok],
    ] as const
  ).map(([operation, method, expected]): RoomRow => ({
    operation,
    guests: false,
    probes: eras.map((era) => ({
      request: ({ room }: RoomCell): RequestLine => [
        method,
        `/_matrix/client/unstable/io.element.msc4306/rooms/${room.roomId}/thread/${room.eventIds[era]}/subscription`,
        method === "PUT" ? {} : undefined,
      ],
      expected: (situation: Situation) => (situation.visibleEras().includes(era) ? expected : refused.notFound),
    })),
  })),
  {
    operation: "getEventContext",
    guests: true,
    probes: eras.map((era) => ({
      request: ({ room }: RoomCell): RequestLine => ["GET", `${client}/rooms/${room.roomId}/context/${room.eventIds[era]}?limit=1000`],
      expected: (situation: Situation) => (situation.visibleEras().includes(era) ? ok : refused.notFound),
      shows: history,
    })),
  },
  {
    operation: "getEventByTimestamp",
    guests: false,
    probes: ["ts=0&dir=f", "ts=9000000000000&dir=b"].map((query) => ({
      request: ({ room }: RoomCell): RequestLine => ["GET", `${first}/rooms/${room.roomId}/timestamp_to_event?${query}`],
      expected: (situation: Situation) => (situation.mayRead ? ok : refused.forbidden),
    })),
  },
  {
    operation: "search",
    guests: false,
    probes: [{}, { event_context: { before_limit: 20, after_limit: 20, include_profile: true } }].map((more) => ({
      request: ({ room }: RoomCell): RequestLine => [
        "POST",
        `${client}/search`,
        { search_categories: { room_events: { search_term: "message", filter: { rooms: [room.roomId], limit: 100 }, ...more } } },
      ],
      expected: () => ok,
      shows: (situation: Situation) => {
        const messages = searched(situation);
        // Around them are state events and members.
        return "event_context" in more ? { messages, states: messages, latecomer: situation.isJoined } : { ...nothing, messages };
      },
    })),
  },
];
