import type { FilterDefinition } from "@patrix/client-api";
import { describe, expect, it } from "vitest";
import { compileSyncFilter, readSyncFilter } from "./sync-filter.ts";

const [shown, hidden] = ["!shown:example.org", "!hidden:example.org"] as const;

describe("a filter of syncs", () => {
  it("that says nothing lets everything pass but rooms that were left, and ten events of each timeline", () => {
    const filter = compileSyncFilter({});
    expect([filter.includesRoom(shown), filter.includeLeave, filter.timeline.limit, filter.state.limit]).toEqual([true, false, 10, 0]);
    expect(filter.ephemeral.includesRoom(shown)).toBe(true);
    const { matchesAccountData, matchesRoomAccountData, ephemeral, fields, format } = filter;
    expect([matchesAccountData, matchesRoomAccountData, ephemeral.matchesType, fields, format]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      "client",
    ]);
  });

  it("bounds the events of a timeline", () => {
    expect(compileSyncFilter({ room: { timeline: { limit: 3 } } }).timeline.limit).toBe(3);
  });

  it("chooses the rooms of each part by itself", () => {
    const { includesRoom, ephemeral, includeLeave } = compileSyncFilter({
      room: { not_rooms: [hidden], include_leave: true, ephemeral: { rooms: [shown] } },
    });
    expect([includesRoom(shown), includesRoom(hidden), includeLeave]).toEqual([true, false, true]);
    expect([ephemeral.includesRoom(shown), ephemeral.includesRoom(hidden), ephemeral.includesRoom("!other:example.org")]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("chooses the types of each part by itself", () => {
    const filter = compileSyncFilter({
      account_data: { types: ["a"] },
      room: { account_data: { types: ["b"] }, ephemeral: { not_types: ["m.typing"] } },
    });
    const passing = (matches: ((type: string) => boolean) | undefined): string[] =>
      ["a", "b", "m.typing"].filter((type) => matches?.(type) ?? true);
    expect([filter.matchesAccountData, filter.matchesRoomAccountData, filter.ephemeral.matchesType].map(passing)).toEqual([
      ["a"],
      ["b"],
      ["a", "b"],
    ]);
  });

  it("chooses the form of events and their fields", () => {
    const format = (event_format: FilterDefinition["event_format"]): string => compileSyncFilter({ event_format }).format;
    expect([format("federation"), format("client"), format(undefined)]).toEqual(["federation", "client", "client"]);
    const { fields } = compileSyncFilter({ event_fields: ["type"] });
    expect(fields?.('{"type":"a","content":{}}')).toBe('{"type":"a"}');
  });
});

it("reads a stored filter, and nothing of what is none", () => {
  expect(readSyncFilter('{"room":{"timeline":{"limit":7}}}')?.timeline.limit).toBe(7);
  expect([readSyncFilter('{"room":{"timeline":{"limit":"many"}}}'), readSyncFilter("[]")]).toEqual([undefined, undefined]);
});
