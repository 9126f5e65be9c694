import { expect, it } from "vitest";
import { type CpuProfile, shareOf } from "../benchmarks/homeserver/cpu-profile.ts";

const node = (id: number, functionName: string, url: string, ...children: number[]): CpuProfile["nodes"][number] => ({
  id,
  callFrame: { functionName, url },
  children,
});

it("finds the share of functions with all that they call, of what the thread did", () => {
  const nodes = [
    node(1, "(root)", "", 2, 3, 7, 8),
    node(2, "handle", "file:///a/http.ts", 4),
    node(3, "record", "file:///a/push/record.ts", 5),
    node(4, "count", "file:///a/push/counts.ts"),
    node(5, "load", "file:///a/rooms.ts", 6),
    node(6, "again", "file:///a/push/counts.ts"),
    node(7, "(garbage collector)", ""),
    node(8, "(idle)", ""),
  ];
  const samples = [2, 3, 4, 5, 6, 7, 8, 2];
  const profile = { nodes, startTime: 500, samples, timeDeltas: [10, 20, 5, 20, 5, 14, 1_000, 10] };
  const isPush = (url: string): boolean => url.includes("/push/");
  expect(shareOf(profile, isPush, { from: 0, to: 9_999 })).toBe(4 / 6);
  expect(shareOf(profile, () => false, { from: 0, to: 9_999 })).toBe(0);
  expect(shareOf(profile, isPush, { from: 0, to: 531 })).toBe(1 / 2);
  expect(shareOf(profile, isPush, { from: 9_000, to: 9_999 })).toBe(0);
});
