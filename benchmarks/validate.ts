// Validation with compiled models against JSON.parse of the same text, which nobody can do without.
import "@patrix/api/compile";
import { SyncResponse } from "@patrix/client-api";
import { knownEvents, Pdu } from "@patrix/events";
import { sendTransaction } from "@patrix/federation-api";
import { getRoomVersionRules } from "@patrix/room-versions";
import { checkPduFormat } from "@patrix/signatures";
import { type Benchmark, type BenchmarkContext, measure, type Result } from "./benchmark.ts";
import { syncResponse, transaction } from "./fixtures/sync-response.ts";

function validateFully(value: unknown): number {
  const response = SyncResponse.parse(value);
  const registry = knownEvents();
  let valid = 0;
  for (const room of Object.values(response.rooms?.join ?? {})) {
    for (const event of room.state?.events ?? []) valid += Number(registry.check(event).ok);
    for (const event of room.timeline?.events ?? []) valid += Number(registry.check(event).ok);
  }
  return valid;
}

function sync(context: BenchmarkContext): Result[] {
  const fixture = context.isSmoke ? syncResponse(2) : syncResponse();
  const text = JSON.stringify(fixture);
  const value: unknown = JSON.parse(text);
  const events = (context.isSmoke ? 2 : 72) * 33;
  if (validateFully(value) !== events) throw new Error("the fixture is not valid");
  const title = `/sync of ${Math.round(text.length / 1024)} KiB, ${events} events`;
  const parse = { name: "JSON.parse", run: () => JSON.parse(text) as unknown };
  const full = { name: "envelope and contents", run: () => validateFully(value) };
  const envelope = { name: "envelope only", run: () => SyncResponse.safeParse(value) };
  return [
    measure(`${title}: full validation`, [full, parse], { "JSON.parse": { atLeast: 1 } }, context),
    measure(`${title}: envelope`, [envelope, parse], { "JSON.parse": { atLeast: 2 } }, context),
  ];
}

function federation(context: BenchmarkContext): Result[] {
  const text = JSON.stringify(transaction(50));
  const value: unknown = JSON.parse(text);
  const body = sendTransaction.models.body;
  const rules = getRoomVersionRules("11");
  if (body === undefined || rules === undefined) throw new Error("sendTransaction has no body");
  const pdus = (JSON.parse(text) as { pdus: unknown[] }).pdus;
  if (!body.is(value) || pdus.some((pdu) => !Pdu.is(pdu) || checkPduFormat(pdu, rules).length > 0))
    throw new Error("the fixture is not valid");
  const parse = { name: "JSON.parse", run: () => JSON.parse(text) as unknown };
  const models = { name: "body and PDUs by model", run: () => [body.is(value), pdus.every((pdu) => Pdu.is(pdu))] };
  const rule = { name: "PDU format by room version", run: () => pdus.map((pdu) => checkPduFormat(pdu, rules).length) };
  const title = `transaction of 50 PDUs, ${Math.round(text.length / 1024)} KiB`;
  return [
    measure(title, [models, parse], { "JSON.parse": { atLeast: 1 } }, context),
    measure(`${title}: checks on receipt, with size limits`, [rule, parse], {}, context),
  ];
}

/** Measures validation. */
export const subject: Benchmark = {
  name: "validate",
  run: async (context) => [...sync(context), ...federation(context)],
};
