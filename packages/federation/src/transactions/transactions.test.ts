import type { Edu } from "@patrix/events";
import { endpoints } from "@patrix/federation-api/endpoints";
import { existsSync, readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { buildTransaction, MAX_TRANSACTION_EDUS, MAX_TRANSACTION_PDUS } from "./build-transaction.ts";
import { aclProtectedEndpointIds, applyServerAclToEdu } from "./server-acl.ts";

const limits = new URL("../../../../../shared/spec/vectors/limits.json", import.meta.url);
const isMissing = !existsSync(limits);
if (isMissing) console.warn("federation: ../shared/spec is absent, limits are not compared");

const pdu = (i: number, sizeBytes = 100) => ({ i, x: "x".repeat(sizeBytes) });
const edu = (i: number, sizeBytes = 100): Edu => ({ edu_type: "m.x", content: { i, x: "x".repeat(sizeBytes) } });
const build = (pdus: object[], edus: Edu[], maxSizeBytes?: number) =>
  buildTransaction({ origin: "a.org", nowTs: 7, pdus: pdus as never, edus, maxSizeBytes });

describe("buildTransaction", () => {
  it.skipIf(isMissing)("has the limits of the specification", () => {
    const { transaction } = JSON.parse(readFileSync(limits, "utf8"));
    expect([MAX_TRANSACTION_PDUS, MAX_TRANSACTION_EDUS]).toEqual([transaction.maxPdus, transaction.maxEdus]);
  });

  it("takes at most 50 PDUs and 100 EDUs, in order", () => {
    const built = build(
      Array.from({ length: 51 }, (_, i) => pdu(i)),
      Array.from({ length: 101 }, (_, i) => edu(i)),
    );
    expect([built.takenPdus, built.takenEdus]).toEqual([50, 100]);
    expect(built.body.pdus.map(({ i }) => i)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(built.body).toMatchObject({ origin: "a.org", origin_server_ts: 7 });
  });

  it("has no edus where there are none", () => {
    expect(build([], []).body).toEqual({ origin: "a.org", origin_server_ts: 7, pdus: [] });
  });

  it("leaves out EDUs that never fit, so that the queue goes on", () => {
    const built = build([], [edu(0, 20_000), edu(1), edu(2)], 10_000);
    expect(built.body.edus).toEqual([edu(1), edu(2)]);
    expect(built.oversizedEdus).toEqual([edu(0, 20_000)]);
    expect(built.takenEdus).toBe(3);
  });

  it("never passes the size, and draining the queues sends everything once, in order", () => {
    const sizes = fc.array(fc.nat(3000), { maxLength: 150 });
    fc.assert(
      fc.property(sizes, sizes, (pduSizes, eduSizes) => {
        let pdus = pduSizes.map((size, i) => pdu(i, size));
        let edus = eduSizes.map((size, i) => edu(i, size));
        const sent = { pdus: [] as unknown[], edus: [] as unknown[] };
        while (pdus.length + edus.length > 0) {
          const built = build(pdus, edus, 5000);
          expect(Buffer.byteLength(JSON.stringify(built.body))).toBeLessThanOrEqual(5000);
          expect(built.takenPdus + built.takenEdus).toBeGreaterThan(0);
          sent.pdus.push(...built.body.pdus.map(({ i }) => i));
          sent.edus.push(...(built.body.edus ?? []).map(({ content }) => content["i"]));
          pdus = pdus.slice(built.takenPdus);
          edus = edus.slice(built.takenEdus);
        }
        expect(sent).toEqual({ pdus: pduSizes.map((_, i) => i), edus: eduSizes.map((_, i) => i) });
      }),
      { numRuns: 30 },
    );
  });
});

describe("server ACLs", () => {
  const isAllowed = (roomId: string) => roomId === "!open:a.org";
  const receipts = (...rooms: string[]): Edu => ({ edu_type: "m.receipt", content: Object.fromEntries(rooms.map((room) => [room, {}])) });
  const typing = (room_id: unknown): Edu => ({ edu_type: "m.typing", content: { room_id } });

  it("protect only endpoints that exist", () => {
    const ids = new Set(endpoints.map(({ id }) => id));
    expect([...aclProtectedEndpointIds].filter((id) => !ids.has(id))).toEqual([]);
  });

  it("take away typing notifications and receipts of rooms that deny the sender", () => {
    expect(applyServerAclToEdu(typing("!open:a.org"), isAllowed)).toEqual(typing("!open:a.org"));
    expect(applyServerAclToEdu(typing("!closed:a.org"), isAllowed)).toBeUndefined();
    expect(applyServerAclToEdu(typing(5), isAllowed)).toBeUndefined();
    expect(applyServerAclToEdu(receipts("!open:a.org", "!closed:a.org"), isAllowed)).toEqual(receipts("!open:a.org"));
    expect(applyServerAclToEdu(receipts("!closed:a.org"), isAllowed)).toBeUndefined();
  });

  it("leave what belongs to no room", () => {
    const presence = { edu_type: "m.presence", content: { push: [] } };
    expect(applyServerAclToEdu(presence, isAllowed)).toBe(presence);
  });
});
