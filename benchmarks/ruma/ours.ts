// The other side of `ruma-resolver`: the same requests for the same file, answered by this workspace's state resolution.
//   node -C @patrix/source --expose-gc benchmarks/ruma/ours.ts ROOM.json
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { getRoomVersionRules } from "@patrix/room-versions";
import { type AuthEvent, resolveStateSync, stateEntries, type StateMap, toStateMap } from "@patrix/state-res";
import { authChainOf, conflictedSubgraphOf } from "@patrix/state-res/testing";

const QUIET_MS = 50;
const BUSY_US = 1000;

interface RoomFile {
  readonly roomVersion: string;
  readonly pdus: readonly AuthEvent[];
  readonly stateMaps: readonly (readonly string[])[];
}

const file = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as RoomFile;
const rules = getRoomVersionRules(file.roomVersion);
if (rules === undefined) throw new RangeError(`room version ${file.roomVersion} is not known`);
const options = { rules, events: new Map(file.pdus.map((event) => [event.event_id, event])) };
const states = file.stateMaps.map((ids) =>
  toStateMap(
    ids.map((id) => {
      const event = options.events.get(id);
      if (event === undefined) throw new RangeError(`a state names ${id}, which is not there`);
      return { ...event, event_id: id };
    }),
  ),
);
const known = {
  authChains: states.map((state) => authChainOf(state, options.events)),
  conflictedSubgraph: conflictedSubgraphOf(states, options.events),
};

const calls: Readonly<Record<string, () => StateMap>> = {
  known: () => resolveStateSync(states, { ...options, ...known }).state,
  whole: () => resolveStateSync(states, options).state,
};

/** The CPU time that calls take, of all threads, in nanoseconds. */
function time(call: () => StateMap, count: number): number {
  const begin = process.cpuUsage();
  for (let done = 0; done < count; done += 1) call();
  const { user, system } = process.cpuUsage(begin);
  return (user + system) * 1000;
}

function answer(line: string): string {
  const [what = "", argument = ""] = line.split(" ");
  const call = calls[what === "state" ? argument : what];
  if (call === undefined) throw new RangeError(`unknown request: ${line}`);
  if (what !== "state") return String(time(call, Number(argument)));
  return JSON.stringify(Array.from(stateEntries(call()), ({ type, stateKey, eventId }) => [type, stateKey, eventId]));
}

// What reading the file has left is no part of the first call: neither garbage nor what is still being compiled.
globalThis.gc?.();
for (let isBusy = true; isBusy;) {
  const begin = process.cpuUsage();
  await setTimeout(QUIET_MS);
  const { user, system } = process.cpuUsage(begin);
  isBusy = user + system > BUSY_US;
}
console.log("ready");
for await (const line of createInterface({ input: process.stdin })) console.log(answer(line));
