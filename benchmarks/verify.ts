// Verifying a transaction of 50 PDUs: on the thread pool, as servers do it, against one after another on the calling thread.
import { randomBytes } from "node:crypto";
import { getRoomVersionRules } from "@patrix/room-versions";
import { buildPdu, createVerifyKey, type JsonObject, keyLookup, signingKeyFromSeed, verifyEvent, verifyMany } from "@patrix/signatures";
import { type Benchmark, type BenchmarkContext, compare, type NamedSamples, type Result, toTiming } from "./benchmark.ts";

const PDUS = 50;
const SERVERS = 10;
const TARGET = { atLeast: 1.5, note: "more than one core's throughput; needs two cores" };

/** A variant whose work goes on after its call returned. */
interface AsyncVariant {
  name: string;
  run(): Promise<number>;
}

async function sampleNs({ run }: AsyncVariant, calls: number): Promise<number> {
  const beginMs = performance.now();
  for (let call = 0; call < calls; call++) {
    if ((await run()) !== PDUS) throw new Error("an event does not verify");
  }
  return ((performance.now() - beginMs) * 1e6) / calls;
}

/** Times the variants in turn, each round starting with another one; as `sampleInterleaved` does for what is synchronous. */
async function sampleAsync(variants: readonly AsyncVariant[], { rounds, sampleMs }: BenchmarkContext): Promise<NamedSamples[]> {
  const plans: (NamedSamples & { variant: AsyncVariant; calls: number })[] = [];
  for (const variant of variants) {
    const warmNs = await sampleNs(variant, 2);
    plans.push({ name: variant.name, variant, calls: Math.max(1, Math.ceil((sampleMs * 1e6) / warmNs)), samplesNs: [] });
  }
  for (let round = 0; round < rounds; round++) {
    const first = round % plans.length;
    for (const plan of [...plans.slice(first), ...plans.slice(0, first)]) plan.samplesNs.push(await sampleNs(plan.variant, plan.calls));
  }
  return plans;
}

/** Verification of many events. */
export const subject: Benchmark = {
  name: "verify",
  run: async (context): Promise<Result[]> => {
    const rules = getRoomVersionRules("11");
    if (rules === undefined) throw new Error("room version 11 is not known");
    const signers = Array.from({ length: SERVERS }, (_, i) => ({
      server: `s${i}.example.org`,
      key: signingKeyFromSeed(Uint8Array.from(randomBytes(32)), "ed25519:bench"),
    }));
    const sentTs = 1_700_000_000_000;
    const keys = keyLookup(
      Object.fromEntries(
        signers.map(({ server, key }) => [server, { [key.keyId]: createVerifyKey(key.publicKey, key.keyId, { validUntilTs: sentTs }) }]),
      ),
    );
    const pdus = Array.from({ length: PDUS }, (_, i): JsonObject => {
      const signer = signers[i % SERVERS] ?? signers.at(0);
      const draft = {
        type: "m.room.message",
        room_id: "!room:example.org",
        sender: `@user:${signer?.server ?? ""}`,
        origin_server_ts: sentTs,
        content: { msgtype: "m.text", body: `${i} ${"x".repeat(200)}` },
      };
      return buildPdu(draft, { prevEvents: ["$a"], authEvents: ["$b", "$c", "$d"], depth: i }, rules, signer).pdu;
    });
    const isValid = ({ outcome }: { readonly outcome: string }): boolean => outcome === "valid";
    const samples = await sampleAsync(
      [
        { name: "verifyMany", run: async () => (await verifyMany(pdus, rules, keys)).filter(isValid).length },
        { name: "one after another", run: async () => pdus.map((pdu) => verifyEvent(pdu, rules, keys)).filter(isValid).length },
      ],
      context,
    );
    const [many, single] = samples;
    if (many === undefined || single === undefined) throw new Error("nothing was measured");
    return [{ title: `${PDUS} PDUs of ${SERVERS} servers`, timings: samples.map(toTiming), comparisons: [compare(many, single, TARGET)] }];
  },
};
