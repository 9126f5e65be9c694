import type { JsonObject } from "@patrix/api";
import {
  applyServerAclToEdu,
  buildServerKeys,
  checkOnReceipt,
  downloadMedia,
  FederationClient,
  getPolicyServer,
  hasPolicySignature,
  KeyRing,
  readAuthorization,
  resolveServerName,
  sendInvite,
  WellKnownCache,
} from "@patrix/federation";
import { type PduJson, sendTransaction } from "@patrix/federation-api";
import { type FakeAnswer, FakeClock, FakeNetwork } from "@patrix/federation/testing";
import { buildPdu, createVerifyKey, fromFederation, type PduDraft, signingKeyFromSeed, verifyEvent } from "@patrix/signatures";
import { type AuthEvent, toAuthEvent } from "@patrix/state-res";
import { expect } from "vitest";
import type { BehaviourTolerance } from "./behaviour-tolerance.ts";
import { rulesOf } from "./room-tolerances.ts";

const key = signingKeyFromSeed(new Uint8Array(32).fill(1), "ed25519:a");
const verifyKey = createVerifyKey(key.publicKey, key.keyId, { validUntilTs: 10_000 });
const hourMs = 3_600_000;

function pdu(version: string, draft: Partial<PduDraft>, authEvents: readonly string[] = []): JsonObject {
  const event = { type: "m.room.message", room_id: "!r:own.org", sender: "@a:own.org", content: {}, origin_server_ts: 5_000, ...draft };
  return buildPdu(event, { prevEvents: [...authEvents], authEvents: [...authEvents], depth: 2 }, rulesOf(version), {
    server: "own.org",
    key,
  }).pdu;
}

/** A network with one other server, which speaks no well-known. */
function networkWith(answer: (path: string, body: unknown) => FakeAnswer): { net: FakeNetwork; client: FederationClient; paths: string[] } {
  const net = new FakeNetwork();
  const paths: string[] = [];
  net.add("other.org", "93.184.216.34", ({ port, method, target, body }) => {
    if (port === 443) return { status: 404 };
    paths.push(`${method} ${target}`);
    return answer(target, body === undefined ? undefined : JSON.parse(String(body)));
  });
  return { net, paths, client: new FederationClient({ serverName: "own.org", signingKey: key, ports: net.ports() }) };
}

async function inviteTo(version: string, status: number): Promise<readonly [paths: string[], event: PduJson | undefined]> {
  const { net, client, paths } = networkWith((path, body) =>
    path.includes("/v2/") ? { status, body: { errcode: "M_UNRECOGNIZED", error: "x" } } : { body: [200, { event: body }] },
  );
  const event = { type: "m.room.member", unsigned: { age: 1 } };
  const body = { room_version: version, event, invite_room_state: [{ type: "m.room.name" }] };
  const sent = sendInvite(client, "other.org", { path: { roomId: "!r", eventId: "$e" }, body });
  return [paths, await net.clock.until(sent).catch(() => undefined)];
}

/** What servers do to one another. */
export const federationTolerances: readonly BehaviourTolerance[] = [
  {
    place: "server-server-api.md, X-Matrix",
    words: "no destination, colons without quotes, parameters that are not known",
    holds: () => {
      const read = readAuthorization("X-Matrix origin=own.org:8448,key=ed25519:a,sig=abc,org.example.more=1");
      expect(read).toEqual({ origin: "own.org:8448", destination: undefined, signatures: new Map([["ed25519:a", "abc"]]) });
    },
  },
  {
    place: "server-server-api.md, server discovery",
    words: "a well-known answer that cannot be read is skipped",
    holds: async () => {
      for (const answer of [{ status: 500 }, { body: "<html>" }, { body: { "m.server": 5 } }]) {
        const net = new FakeNetwork();
        net.add("other.org", "93.184.216.34", () => answer);
        const found = await net.clock.until(resolveServerName("other.org", net.ports()));
        expect(found).toMatchObject({ step: "6", targets: [{ host: "other.org", port: 8448 }] });
      }
    },
  },
  {
    place: "server-server-api.md, server discovery",
    words: "without cache headers a sensible time",
    holds: async () => {
      const keptMs = async (headers: Record<string, string>): Promise<number> => {
        const net = new FakeNetwork();
        net.add("other.org", "93.184.216.34", () => ({ body: { "m.server": "there.org" }, headers }));
        const { expiresAtTs } = await net.clock.until(new WellKnownCache().get("other.org", net.ports()));
        return expiresAtTs - net.clock.now();
      };
      expect([await keptMs({}), await keptMs({ "cache-control": "max-age=7200" })]).toEqual([24 * hourMs, 2 * hourMs]);
    },
  },
  {
    place: "server-server-api.md, checks on receipt",
    words: "what is not valid is dropped, rejected or kept from clients",
    holds: async () => {
      const rules = rulesOf("11");
      const create = fromFederation(pdu("11", { type: "m.room.create", state_key: "", content: { room_version: "11" } }), rules);
      const joins = { type: "m.room.member", state_key: "@a:own.org", content: { membership: "join" } };
      const join = fromFederation(pdu("11", joins, [create.eventId]), rules);
      const known = new Map<string, AuthEvent>([create, join].map((event) => [event.eventId, toAuthEvent(event)]));
      const state = async () => (type: string) => [...known.values()].find((event) => event.type === type);
      const ports = { fetchEvents: async () => known, stateBefore: state, currentState: state };
      const stepOf = async (event: JsonObject, more: object = {}): Promise<string> => {
        const verify = async (checked: JsonObject) => verifyEvent(checked, rules, () => verifyKey);
        const received = await checkOnReceipt(event, rules, { ...ports, verify, ...more });
        return received.outcome === "accepted" ? "accepted" : `${received.outcome} by ${received.step}`;
      };
      const auth = [create.eventId, join.eventId];
      const message = pdu("11", {}, auth);
      expect(await stepOf(message)).toBe("accepted");
      expect(await stepOf({ ...message, depth: "2" })).toBe("dropped by format");
      expect(await stepOf({ ...message, signatures: {} })).toBe("dropped by signatures");
      expect(await stepOf(pdu("11", { type: "m.room.name", state_key: "@b:own.org" }, auth))).toBe("rejected by auth-events");
      expect(await stepOf(message, { isRecommended: async () => false })).toBe("soft-failed by policy-server");
    },
  },
  {
    place: "server-server-api.md, server ACLs",
    words: "PDUs, typing and receipts of a denied server are ignored room by room",
    holds: () => {
      const isAllowed = (roomId: string): boolean => roomId === "!open";
      const typing = (room_id: string) => ({ edu_type: "m.typing", content: { room_id, user_id: "@a:x", typing: true } });
      expect([applyServerAclToEdu(typing("!open"), isAllowed), applyServerAclToEdu(typing("!shut"), isAllowed)]).toEqual([
        typing("!open"),
        undefined,
      ]);
      const receipts = { edu_type: "m.receipt", content: { "!open": { n: 1 }, "!shut": { n: 2 } } };
      expect(applyServerAclToEdu(receipts, isAllowed)).toEqual({ edu_type: "m.receipt", content: { "!open": { n: 1 } } });
    },
  },
  {
    place: "server-server/transactions.yaml",
    words: "one bad PDU is no reason to refuse the others",
    holds: () => {
      const good = { type: "m.room.message" };
      const body = { origin: "x.org", origin_server_ts: 1, pdus: ["junk", good, null], edus: [{ edu_type: 5 }] };
      const request = { params: { txnId: "1" }, query: new URLSearchParams(), headers: {}, body };
      expect(sendTransaction.parseRequest(request).body).toEqual({ ...body, pdus: [good], edus: [] });
    },
  },
  {
    place: "server-server/keys.yaml, valid_until_ts",
    words: "it counts from room version 5 on",
    holds: async () => {
      const clock = new FakeClock();
      const sentTs = clock.now();
      const published = buildServerKeys({ serverName: "own.org", current: [key], validUntilTs: sentTs - 1 });
      const outcomeIn = async (version: string): Promise<string | undefined> => {
        const ring = new KeyRing({ clock, source: { fetchServerKeys: async () => published, queryNotary: async () => [] } });
        return (await ring.verifyEvents([pdu(version, { origin_server_ts: sentTs })], rulesOf(version)))[0]?.outcome;
      };
      expect([await outcomeIn("4"), await outcomeIn("5")]).toEqual(["valid", "invalid"]);
    },
  },
  {
    place: "server-server-api.md, policy servers",
    words: "an event or a signature that lacks something is none",
    holds: () => {
      const content = { via: "policy.org", public_keys: { ed25519: key.publicKey } };
      const found = getPolicyServer(content, () => true);
      expect(found?.server).toBe("policy.org");
      for (const lacking of [undefined, {}, { ...content, via: undefined }, { ...content, public_keys: {} }])
        expect(getPolicyServer(lacking, () => true)).toBeUndefined();
      const event = pdu("11", {});
      for (const signatures of [undefined, {}, { "policy.org": {} }, { "policy.org": { "ed25519:policy_server": 5 } }])
        expect(found && hasPolicySignature({ ...event, signatures }, found, rulesOf("11"))).toBe(false);
    },
  },
  {
    place: "server-server/invites-v2.yaml",
    words: "400 and 404 mean that version 1 is to be tried, for rooms of versions 1 and 2",
    holds: async () => {
      const [v1, v2] = ["PUT /_matrix/federation/v1/invite/!r/%24e", "PUT /_matrix/federation/v2/invite/!r/%24e"];
      const unsigned = { age: 1, invite_room_state: [{ type: "m.room.name" }] };
      const signed = { type: "m.room.member", unsigned };
      expect(await inviteTo("1", 404)).toEqual([[v2, v1], signed]);
      expect(await inviteTo("2", 400)).toEqual([[v2, v1], signed]);
      expect(await inviteTo("3", 404)).toEqual([[v2], undefined]);
      expect(await inviteTo("1", 403)).toEqual([[v2], undefined]);
    },
  },
  {
    place: "server-server-api.md, media",
    words: "older media endpoints after M_UNRECOGNIZED",
    holds: async () => {
      const download = async (errcode: string): Promise<readonly unknown[]> => {
        const { net, client, paths } = networkWith((path) =>
          path.includes("/federation/")
            ? { status: 404, body: { errcode, error: "x" } }
            : { body: "file", headers: { "content-type": "text/plain" } },
        );
        const found = await net.clock.until(downloadMedia(client, "other.org", { mediaId: "m" })).catch(() => undefined);
        return [paths.length, paths.at(-1), found && "body" in found ? new TextDecoder().decode(found.body) : undefined];
      };
      const older = "GET /_matrix/media/v3/download/other.org/m?allow_remote=false";
      expect(await download("M_UNRECOGNIZED")).toEqual([2, older, "file"]);
      expect(await download("M_NOT_FOUND")).toEqual([1, "GET /_matrix/federation/v1/media/download/m", undefined]);
    },
  },
];
