import { getRoomVersionRules } from "@patrix/room-versions";
import { buildPdu, type JsonObject, signEvent, signingKeyFromSeed } from "@patrix/signatures";
import { beforeEach, describe, expect, it } from "vitest";
import { FederationClient } from "../client/federation-client.ts";
import { FakeNetwork } from "../testing/fake-network.ts";
import { getPolicyServer, hasPolicySignature, needsPolicySignature, requestPolicySignature } from "./policy-server.ts";

const rules = getRoomVersionRules("12")!;
const key = signingKeyFromSeed(new Uint8Array(32).fill(1), "ed25519:a");
const policyKey = signingKeyFromSeed(new Uint8Array(32).fill(2), "ed25519:policy_server");
const content = { via: "policy.org", public_keys: { ed25519: policyKey.publicKey } };
const policyServer = getPolicyServer(content, () => true)!;

function event(type = "m.room.message", state_key?: string): JsonObject {
  const draft = { type, room_id: "!r", sender: "@u:a.org", content: { body: "hi" }, origin_server_ts: 1, state_key };
  return buildPdu(draft, { prevEvents: ["$a"], authEvents: ["$b"], depth: 2 }, rules, { server: "a.org", key }).pdu;
}
const signed = (pdu: JsonObject, server = "policy.org", by = policyKey): JsonObject => ({ ...signEvent(pdu, server, by, rules) });

describe("getPolicyServer", () => {
  it.each([
    ["no event", undefined],
    ["no via", { public_keys: content.public_keys }],
    ["no keys", { via: "policy.org" }],
    ["keys that are no object", { via: "policy.org", public_keys: [policyKey.publicKey] }],
    ["no ed25519 key", { via: "policy.org", public_keys: { rsa: "x" } }],
    ["a key that is none", { via: "policy.org", public_keys: { ed25519: "x" } }],
  ])("finds none in %s", (_, value) => expect(getPolicyServer(value, () => true)).toBeUndefined());

  it("wants a joined user of the server", () => {
    expect(getPolicyServer(content, (server) => server === "policy.org")?.server).toBe("policy.org");
    expect(getPolicyServer(content, () => false)).toBeUndefined();
  });
});

describe("hasPolicySignature", () => {
  it("knows a good signature from none, a forged one, one of another key and one of another server", () => {
    const pdu = event();
    expect(hasPolicySignature(signed(pdu), policyServer, rules)).toBe(true);
    expect(hasPolicySignature(pdu, policyServer, rules)).toBe(false);
    expect(hasPolicySignature({ ...signed(pdu), depth: 3 }, policyServer, rules)).toBe(false);
    expect(hasPolicySignature(signed(pdu, "policy.org", key), policyServer, rules)).toBe(false);
    expect(hasPolicySignature(signed(pdu, "other.org"), policyServer, rules)).toBe(false);
    expect(hasPolicySignature({ signatures: {} }, policyServer, rules)).toBe(false);
  });

  it("asks for none on m.room.policy with the empty state key, but on others of that type", () => {
    expect(needsPolicySignature(event("m.room.policy", ""))).toBe(false);
    expect(hasPolicySignature(event("m.room.policy", ""), policyServer, rules)).toBe(true);
    expect(hasPolicySignature(event("m.room.policy", "x"), policyServer, rules)).toBe(false);
    expect(hasPolicySignature(event("m.room.policy"), policyServer, rules)).toBe(false);
  });
});

describe("requestPolicySignature", () => {
  let net: FakeNetwork;
  beforeEach(() => {
    net = new FakeNetwork();
    net.hosts.set("policy.org", ["93.184.216.34"]);
  });
  const ask = (pdu: JsonObject) => {
    const client = new FederationClient({ serverName: "a.org", signingKey: key, ports: net.ports() });
    return net.clock.until(requestPolicySignature(client, { event: pdu, policyServer, rules }));
  };
  const answer = (sign: (pdu: JsonObject) => unknown): void => {
    net.servers.set("policy.org", ({ port, body }) => (port === 443 ? { status: 404 } : { body: sign(JSON.parse(String(body))) }));
  };

  it("adds the signature and keeps those that are there", async () => {
    answer((pdu) => ({ "policy.org": (signed(pdu)["signatures"] as Record<string, object>)["policy.org"] }));
    const result = await ask(event());
    expect(hasPolicySignature(result, policyServer, rules)).toBe(true);
    expect(Object.keys(result["signatures"] as object)).toEqual(["a.org", "policy.org"]);
  });

  it("refuses answers without a valid signature", async () => {
    for (const body of [
      {},
      { "policy.org": {} },
      { "policy.org": { "ed25519:policy_server": "AAAA" } },
      { "b.org": { "ed25519:policy_server": "x" } },
    ]) {
      answer(() => body);
      await expect(ask(event())).rejects.toMatchObject({ code: "POLICY_SIGNATURE_NOT_VALID" });
    }
  });

  it("passes on what the policy server says, and asks nothing about m.room.policy", async () => {
    net.servers.set("policy.org", ({ port }) => ({ status: port === 443 ? 404 : 400, body: { errcode: "M_FORBIDDEN", error: "spam" } }));
    await expect(ask(event())).rejects.toMatchObject({ errcode: "M_FORBIDDEN", error: "spam" });
    net.requests.length = 0;
    const policy = event("m.room.policy", "");
    expect(await ask(policy)).toBe(policy);
    expect(net.requests).toEqual([]);
  });
});
