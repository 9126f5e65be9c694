// What is made by one function is taken by the next, without a cast.
import { createRoom } from "@patrix/client-api";
import { applyEdit, type ClientEvent, type DeviceKeys, makeEdit, makeReply, type Pdu } from "@patrix/events";
import { compileRuleset, predefinedRules } from "@patrix/push-rules";
import { defaultRoomVersionRules as rules, PowerLevels, redactContent, redactsOf } from "@patrix/room-versions";
import {
  checkPduFormat,
  eventId,
  fromFederation,
  generateSigningKey,
  hashAndSignEvent,
  type KeyLookup,
  redact,
  requiredKeys,
  signJson,
  toClientEvent,
  verifyEvent,
  type VerifyEventResult,
  verifyJson,
} from "@patrix/signatures";
import { type AuthEvent, checkStateDependentAuth, stateEntries, toAuthEvent, toStateMap, withStateEvent } from "@patrix/state-res";
import { canUserSeeEvent } from "@patrix/visibility";
import { expectTypeOf, it } from "vitest";

declare const keys: KeyLookup;
declare const devices: DeviceKeys;
declare const typedPdu: Pdu;
declare const clientEvent: ClientEvent;
declare const authEvents: ReadonlyMap<string, AuthEvent>;

const key = generateSigningKey("ed25519:1");
const draft = { type: "m.room.message", sender: "@a:b.org", origin_server_ts: 1, content: { body: "hi" } };

it("a request goes to fetch", () => {
  const { url, ...init } = createRoom.request({ body: { name: "Tea" } }, { baseUrl: "https://b.org", accessToken: "t" });
  expectTypeOf(fetch(url, init)).toEqualTypeOf<Promise<Response>>();
  const { method, headers, body } = createRoom.request({}, { baseUrl: "https://b.org" });
  const { signal } = new AbortController();
  expectTypeOf(new Request(url, { method, headers, ...(body !== undefined && { body }), signal })).toEqualTypeOf<Request>();
});

it("what is signed is verified, named, redacted, and told to clients", () => {
  const signed = hashAndSignEvent(draft, "b.org", key, rules);
  expectTypeOf(verifyEvent(signed, rules, keys)).toEqualTypeOf<VerifyEventResult>();
  expectTypeOf(signed.content.body).toBeString();
  expectTypeOf(eventId(signed, rules)).toBeString();
  toClientEvent(redact(signed, rules), eventId(signed, rules), rules);
  requiredKeys(signed, rules);
  checkPduFormat(signed, rules);
});

it("values of declared interfaces are signed and verified", () => {
  const signed = signJson(devices, "@a:b.org", key);
  expectTypeOf(signed.device_id).toEqualTypeOf<DeviceKeys["device_id"]>();
  verifyJson(signed, "@a:b.org", []);
  verifyEvent(typedPdu, rules, keys);
});

it("a PDU becomes an event that is authorised, and joins a state", () => {
  const named = fromFederation(hashAndSignEvent(draft, "b.org", key, rules), rules);
  const event = toAuthEvent(named);
  const state = withStateEvent(toStateMap(authEvents.values()), event);
  checkStateDependentAuth(event, rules, (type, stateKey) => authEvents.get(state.get(type)?.get(stateKey) ?? ""));
  for (const { eventId: id } of stateEntries(state)) expectTypeOf(id).toBeString();
});

it("power levels are read from events of any form, and serve push rules", () => {
  const powerLevels = new PowerLevels(clientEvent, clientEvent, rules);
  expectTypeOf(new PowerLevels(authEvents.get("$levels"), authEvents.get("$create"), rules).userLevel).returns.toBeNumber();
  compileRuleset(predefinedRules("@a:b.org")).evaluate(clientEvent, { userId: "@a:b.org", powerLevels });
});

it("events of clients are answered, edited, redacted and hidden", () => {
  makeReply({ msgtype: "m.text", body: "hi" }, clientEvent);
  applyEdit(clientEvent, { ...clientEvent, content: makeEdit({ msgtype: "m.text", body: "ho" }, clientEvent) });
  redactContent(clientEvent.type, clientEvent.content, rules);
  expectTypeOf(redactsOf(clientEvent, rules)).toEqualTypeOf<`$${string}` | undefined>();
  canUserSeeEvent("@a:b.org", clientEvent, { historyVisibility: "shared", membership: "join", hasJoinedSince: true });
});
