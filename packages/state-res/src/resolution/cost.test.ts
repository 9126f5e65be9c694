import { roomVersions } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import type { AuthEvent } from "../authorization/auth-event.ts";
import { makeForkedRoom } from "../testing/forked-room.ts";
import { resolveStateSync } from "./resolve-state.ts";

/** Counts how often a resolution looks for an event. */
class CountingMap extends Map<string, AuthEvent> {
  count = 0;
  override get(id: string): AuthEvent | undefined {
    this.count += 1;
    return super.get(id);
  }
}

describe.each(["2", "11", "12"])("the work of a resolution in room version %s", (version) => {
  const rules = roomVersions.get(version)!;

  function lookUps(scale: number): { perEvent: number; total: number } {
    const { room, states } = makeForkedRoom(rules, {
      members: 50 * scale,
      profileChanges: 200 * scale,
      forks: 2,
      eventsPerFork: 50 * scale,
    });
    const events = new CountingMap(room.events);
    events.count = 0;
    resolveStateSync(states, { rules, events });
    return { perEvent: events.count / events.size, total: events.count };
  }

  it("looks for each event of the auth chains a bounded number of times, however large the room", () => {
    expect(lookUps(1).total).toBeGreaterThan(0);
    for (const scale of [1, 8, 32]) expect(lookUps(scale).perEvent).toBeLessThan(4);
  });
});
