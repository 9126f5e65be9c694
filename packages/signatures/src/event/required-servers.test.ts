import { roomVersions } from "@patrix/room-versions";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../json/json-object.ts";
import { signingKeyFromSeed } from "../keys/signing-key.ts";
import { keyLookup } from "../keys/verify-key.ts";
import { hashAndSignEvent, signEvent } from "./hash-and-sign-event.ts";
import { requiredServers, serverOf } from "./required-servers.ts";
import { requiredKeys, verifyEvent } from "./verify-event.ts";

const key = signingKeyFromSeed(new Uint8Array(32).fill(3), "ed25519:1");
const servers = ["a.org", "b.org", "e.org", "joiner.org"];
const keys = keyLookup(Object.fromEntries(servers.map((server) => [server, { [key.keyId]: key.publicKey }])));
const member = (membership: unknown, more: JsonObject = {}): JsonObject => ({
  type: "m.room.member",
  sender: "@alice:a.org",
  state_key: "@alice:a.org",
  event_id: "$1:a.org",
  room_id: "!r:a.org",
  origin_server_ts: 1,
  depth: 1,
  prev_events: [],
  auth_events: [],
  content: { membership, ...more },
});
const thirdParty = { third_party_invite: { signed: { mxid: "@bob:b.org", token: "t", signatures: {} } } };
const authorised = { join_authorised_via_users_server: "@bob:b.org" };

describe.each([...roomVersions])("servers that must sign an event of room version %s", (_, rules) => {
  const required = (event: JsonObject) => [...(requiredServers(event, rules) ?? ["malformed"])].toSorted();
  const { checkEventIdServer, checkJoinAuthorisedViaUsersServer } = rules.signatures;
  const sign = (event: JsonObject, ...by: readonly string[]): JsonObject =>
    by.reduce((signed, server) => signEvent(signed, server, key, rules), hashAndSignEvent(event, "nobody.org", key, rules));
  const outcome = (event: JsonObject) => {
    const result = verifyEvent(event, rules, keys);
    return result.outcome === "invalid" ? `${result.code} ${result.entity ?? ""}` : result.outcome;
  };

  it("are the sender's and, where events carry their ID, that of the ID", () => {
    expect(required(member("join"))).toEqual(["a.org"]);
    expect(required({ ...member("join"), event_id: "$1:e.org" })).toEqual(checkEventIdServer ? ["a.org", "e.org"] : ["a.org"]);
    const foreign = { ...member("join"), event_id: "$1:e.org" };
    expect(outcome(sign(foreign, "a.org"))).toBe(checkEventIdServer ? "NO_SIGNATURE e.org" : "valid");
    expect(outcome(sign(foreign, "a.org", "e.org"))).toBe("valid");
    expect(outcome(sign(member("join"), "b.org"))).toBe("NO_SIGNATURE a.org");
  });

  it("are not the sender's for an invite by third party, because the inviting server may be gone", () => {
    const invite = { ...member("invite", thirdParty), state_key: "@bob:b.org" };
    expect(required(invite)).toEqual(checkEventIdServer ? ["a.org"] : []);
    expect(outcome(sign(invite, ...(checkEventIdServer ? ["a.org"] : [])))).toBe("valid");
    expect(required(member("join", thirdParty))).toEqual(["a.org"]);
    expect(required({ ...member("invite", thirdParty), type: "m.room.message" })).toEqual(["a.org"]);
    for (const bad of [null, "x", [], 1]) expect(required(member("invite", { third_party_invite: bad }))).toEqual(["a.org"]);
  });

  it("are also that of the authorising user for a join, where there are restricted rooms", () => {
    const both = checkJoinAuthorisedViaUsersServer ? ["a.org", "b.org"] : ["a.org"];
    expect(required(member("join", authorised))).toEqual(both);
    expect(required(member("invite", authorised))).toEqual(["a.org"]);
    expect(required({ ...member("join", authorised), type: "m.room.topic" })).toEqual(["a.org"]);
    const join = sign(member("join", authorised), "a.org");
    expect(outcome(join)).toBe(checkJoinAuthorisedViaUsersServer ? "NO_SIGNATURE b.org" : "valid");
    expect(outcome(signEvent(join, "b.org", key, rules))).toBe("valid");
    expect(requiredKeys(signEvent(join, "b.org", key, rules), rules).map(({ server }) => server)).toEqual(both);
  });

  it("cannot be told where an identifier has no server", () => {
    for (const sender of [undefined, 1, "", "alice", "@alice:"]) expect(required({ ...member("join"), sender })).toEqual(["malformed"]);
    for (const via of ["", "bob", 1, {}, null]) {
      const event = member("join", { join_authorised_via_users_server: via });
      expect(required(event)).toEqual(checkJoinAuthorisedViaUsersServer ? ["malformed"] : ["a.org"]);
    }
    expect(verifyEvent(sign({ ...member("join"), sender: "alice" }), rules, keys)).toMatchObject({ code: "MALFORMED_EVENT" });
    expect(requiredKeys({ ...member("join"), sender: "alice", signatures: { "a.org": { "ed25519:1": "x" } } }, rules)).toEqual([]);
  });
});

it("serverOf takes everything after the first colon", () => {
  expect(["@a:b.org", "@a:b.org:8448", "@a:[::1]:8448", "a", ":", 5, undefined].map(serverOf)).toEqual([
    "b.org",
    "b.org:8448",
    "[::1]:8448",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
