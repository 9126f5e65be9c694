// Writes rooms.jsonl: the public keys of all servers, then forked rooms of several versions, one a line, hashed and signed, each with the
// state that must come out.
//   node -C @patrix/source conformance/vectors/state-res/write-rooms.ts
import { writeFileSync } from "node:fs";
import { getRoomVersionRules } from "@patrix/room-versions";
import { type SigningKey, signingKeyFromSeed } from "@patrix/signatures";
import { resolveStateSync } from "@patrix/state-res";
import { flatten, playScenario, scenarios } from "@patrix/state-res/testing";

const versions = ["1", "2", "3", "6", "10", "11", "12"];
const keys = new Map<string, SigningKey>();

/** The key of a server is made from its first letter, so that a later run writes the same file. */
function keyOf(server: string): SigningKey {
  let key = keys.get(server);
  if (key === undefined) keys.set(server, (key = signingKeyFromSeed(new Uint8Array(32).fill(server.charCodeAt(0)), "ed25519:vector")));
  return key;
}

const rooms = versions.flatMap((version) => {
  const rules = getRoomVersionRules(version);
  if (rules === undefined) throw new RangeError(`room version ${version} is not known`);
  return scenarios.map((scenario) => {
    const { room, branches, states } = playScenario(scenario, rules, keyOf);
    const { state } = resolveStateSync(states, { rules, events: room.events });
    return {
      name: scenario.title,
      roomVersion: version,
      pdus: [...room.pdus.values()],
      stateMaps: branches.map((branch) => room.listState(branch)),
      expected: [...flatten(state).values()].toSorted(),
    };
  });
});
const publicKeys = Object.fromEntries(Array.from(keys, ([server, key]) => [server, { [key.keyId]: key.publicKey }]));
const lines = [{ keys: publicKeys }, ...rooms].map((line) => `${JSON.stringify(line)}\n`);
writeFileSync(new URL("rooms.jsonl", import.meta.url), lines.join(""));
