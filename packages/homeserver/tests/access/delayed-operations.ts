// Events that are sent later, and those that are sticky: whoever may send may do both.
import { client, members, path, withPower } from "./room-probe.ts";
import type { RoomRow } from "./room-row.ts";

/** The operations that send an event later, or for a while to everyone who comes. */
export const delayedRows: readonly RoomRow[] = [
  ...(
    [
      ["sendDelayedMessageEvent", "org.matrix.msc4140.delay=86000000"],
      ["sendStickyMessage", "org.matrix.msc4354.sticky_duration_ms=1000"],
    ] as const
  ).map(([operation, query]): RoomRow => ({
    operation,
    guests: true,
    probes: [{ request: (cell) => ["PUT", path(`/send/org.example.sent/${cell.world.number()}?${query}`)(cell), {}], expected: members }],
  })),
  {
    operation: "sendDelayedStateEvent",
    guests: true,
    // Whether they may set the state then, is seen then.
    probes: [
      { request: (cell) => ["PUT", path("/state/org.example.other/?org.matrix.msc4140.delay=86000000")(cell), {}], expected: members },
    ],
  },
  {
    operation: "setStickyState",
    guests: true,
    probes: [
      {
        request: (cell) => ["PUT", path("/state/org.example.other/?org.matrix.msc4354.sticky_duration_ms=1000")(cell), {}],
        expected: withPower(50),
      },
    ],
    changes: true,
  },
  {
    operation: "sendDelayedEvent",
    guests: true,
    probes: [
      {
        request: (cell) => [
          "PUT",
          `${client.replace("v3", "unstable/org.matrix.msc4140")}/rooms/${cell.room.roomId}/delayed_event/org.example/${cell.world.number()}`,
          { delay_ms: 86_000_000, content: {} },
        ],
        expected: members,
      },
    ],
  },
];
