import { MatrixError } from "@patrix/api";
import { FederationError } from "@patrix/federation";
import { describe, expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { DestinationMeter, failureKinds, type WaitingFigures } from "./destination-meter.ts";

const HOUR_MS = 3_600_000;
const most = limits.namedDestinations.value;

function meter(): { meter: DestinationMeter; pass: (ms: number) => void; send: (server: string) => void } {
  let now = 1_000_000_000_000;
  const made = new DestinationMeter({ now: () => now });
  return {
    meter: made,
    pass: (ms) => void (now += ms),
    send: (server) => {
      now++;
      made.delivered(server, { pdus: 2, edus: 1 });
    },
  };
}

const waiting = (server: string, more: Partial<WaitingFigures> = {}): WaitingFigures => ({
  server,
  events: 1,
  isBehind: false,
  edus: 0,
  attempts: 0,
  retryTs: 0,
  ...more,
});

describe("the figures of destinations", () => {
  it("count what each server has taken and why it has not", () => {
    const { meter: made, send } = meter();
    send("a.example");
    send("a.example");
    for (const error of [
      new FederationError("TIMED_OUT", ""),
      new FederationError("SERVER_NOT_FOUND", ""),
      new FederationError("CONNECTION_LOST", ""),
      new FederationError("CERTIFICATE_NOT_VALID", ""),
      new MatrixError(502, "M_UNKNOWN", ""),
      new MatrixError(429, "M_LIMIT_EXCEEDED", ""),
      new MatrixError(403, "M_FORBIDDEN", ""),
      new TypeError("x"),
      // It is left alone, which is no new failure.
      new FederationError("BACKING_OFF", ""),
    ])
      made.failed("a.example", error);
    // What was counted before a server has a row stays with the others.
    expect(made.figures([]).map(({ server, transactions }) => [server, transactions])).toEqual([
      ["a.example", 0],
      [undefined, 2],
    ]);
    send("a.example");
    made.failed("a.example", new TypeError("x"));
    const [own, others] = made.figures([waiting("a.example", { attempts: 3, retryTs: 5 })]);
    expect(own).toMatchObject({ transactions: 1, pdus: 2, edus: 1, events: 1, attempts: 3, retryTs: 5 });
    expect(own?.failures[failureKinds.indexOf("other")]).toBe(1);
    expect(others).toMatchObject({ server: undefined, transactions: 2, failures: failureKinds.map(() => 1), events: 0 });
  });

  it(`have ${most} rows and one for all others, whose counters never become less`, () => {
    const { meter: made, pass, send } = meter();
    const names = Array.from({ length: most * 3 }, (_, i) => `s${i}.example`);
    let [before, total] = [0, 0];
    for (let round = 0; round < 20; round++) {
      for (const name of names.filter((_, i) => (i + round) % 3 !== 0)) {
        send(name);
        total++;
      }
      const rows = made.figures([waiting(`s${round}.example`, { attempts: 1 })]);
      expect(rows).toHaveLength(most + 1);
      expect(new Set(rows.map(({ server }) => server)).size).toBe(most + 1);
      expect(rows.reduce((sum, { transactions }) => sum + transactions, 0)).toBe(total);
      const now = rows.at(-1)?.transactions ?? 0;
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
      if (round % 5 === 4) pass(2 * HOUR_MS);
    }
  });

  it("give a row to a server that does not answer once another one has been quiet for an hour", () => {
    const { meter: made, pass, send } = meter();
    for (let i = 0; i < most; i++) send(`s${i}.example`);
    made.figures([]);
    const failing = [waiting("late.example", { attempts: 4 })];
    const has = (): boolean => made.figures(failing).some(({ server }) => server === "late.example");
    expect(has()).toBe(false);
    expect(made.figures(failing).at(-1)).toMatchObject({ attempts: 4, events: 1 });
    pass(2 * HOUR_MS);
    expect(has()).toBe(true);
    expect(made.figures(failing)).toHaveLength(most + 1);
  });

  it("take a server that is called as the row of the others for one of those", () => {
    const { meter: made, send } = meter();
    send("other");
    expect(made.figures([waiting("other")]).map(({ server }) => server)).toEqual([undefined]);
  });

  it("are forgotten of those that were busy longest ago, though not what they come to together", () => {
    const { meter: made, send } = meter();
    const count = limits.countedDestinations.value * 2;
    for (let i = 0; i < count; i++) send(`s${i}.example`);
    const rows = made.figures([]);
    expect(rows.reduce((sum, { transactions }) => sum + transactions, 0)).toBe(count);
    expect(rows[0]?.server).toBe(`s${count - 1}.example`);
  });
});
