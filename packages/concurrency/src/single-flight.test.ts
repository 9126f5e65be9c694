import { describe, expect, it } from "vitest";
import { SingleFlight } from "./single-flight.ts";

describe("a single flight", () => {
  it("shares one call among those who ask meanwhile, and starts another one afterwards", async () => {
    const flights = new SingleFlight<string, number>();
    let calls = 0;
    const start = async (): Promise<number> => ++calls;
    expect(await Promise.all([flights.run("a", start), flights.run("a", start), flights.run("b", start)])).toEqual([1, 1, 2]);
    expect(await flights.run("a", start)).toBe(3);
  });

  it("fails for all who joined, and the next one tries again", async () => {
    const flights = new SingleFlight<string, number>();
    const fail = (): Promise<number> => Promise.reject(new Error("no"));
    const results = await Promise.allSettled([flights.run("a", fail), flights.run("a", async () => 1)]);
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(await flights.run("a", async () => 1)).toBe(1);
  });
});
