import { getRoomVersionRules, type RoomVersionRules } from "@patrix/room-versions";
import {
  buildPdu,
  fromFederation,
  generateSigningKey,
  type JsonObject,
  keyLookup,
  type NamedPdu,
  verifyEventAsync,
} from "@patrix/signatures";
import { type AuthEvent, StateResError, selectAuthEvents, toAuthEvent } from "@patrix/state-res";
import { describe, expect, it } from "vitest";
import { checkOnReceipt, type ReceiptPorts } from "./check-on-receipt.ts";

const alice = "@alice:example.org";
const mallory = "@mallory:example.org";
const key = generateSigningKey("ed25519:1");
const keys = keyLookup({ "example.org": { [key.keyId]: key.publicKey } });

/** A room with one creator, and what a server would know of it. */
class Room {
  readonly rules: RoomVersionRules;
  readonly events = new Map<string, AuthEvent>();
  readonly state = new Map<string, AuthEvent>();
  id = "!room:example.org";
  #last: string[] = [];

  constructor(version: string) {
    const rules = getRoomVersionRules(version);
    if (!rules) throw new Error(`there is no version ${version}`);
    this.rules = rules;
    const creation = rules.authorization.useRoomCreateSender ? {} : { creator: alice };
    const create = this.add({ type: "m.room.create", state_key: "", content: { room_version: version, ...creation }, sender: alice });
    this.id = create.roomId;
    this.add({ type: "m.room.member", state_key: alice, content: { membership: "join" }, sender: alice });
  }

  /** Builds a signed event after the last one. */
  build(draft: { type: string; state_key?: string; content: JsonObject; sender: string }, depth = 5): JsonObject {
    const auth = selectAuthEvents(draft, this.rules).flatMap(([type, stateKey]) => this.state.get(`${type} ${stateKey}`)?.event_id ?? []);
    const isNamed = draft.type !== "m.room.create" || this.rules.eventFormat.requireRoomCreateRoomId;
    return buildPdu(
      { ...draft, ...(isNamed && { room_id: this.id }), origin_server_ts: 1_000 },
      { prevEvents: this.#last, authEvents: auth, depth },
      this.rules,
      { server: "example.org", key },
    ).pdu;
  }

  add(draft: Parameters<Room["build"]>[0]): NamedPdu {
    const event = fromFederation(this.build(draft), this.rules);
    this.note(toAuthEvent(event));
    return event;
  }

  note(event: AuthEvent): void {
    this.events.set(event.event_id, event);
    if (event.state_key !== undefined) this.state.set(`${event.type} ${event.state_key}`, event);
    this.#last = [event.event_id];
  }

  ports(more: Partial<ReceiptPorts> = {}): ReceiptPorts {
    const fetch = async () => (type: string, stateKey: string) => this.state.get(`${type} ${stateKey}`);
    return {
      verify: (pdu, rules) => verifyEventAsync(pdu, rules, keys),
      fetchEvents: async (ids) => new Map([...this.events].filter(([id]) => ids.includes(id))),
      stateBefore: fetch,
      currentState: fetch,
      ...more,
    };
  }
}

const message = { type: "m.room.message", content: { body: "hello" }, sender: alice };

describe.each(["3", "10", "11", "12"])("the checks on receipt in room version %s", (version) => {
  it("accept what is formed, signed and allowed, the first event of a room included", async () => {
    const room = new Room(version);
    const pdu = room.build(message);
    expect(await checkOnReceipt(pdu, room.rules, room.ports())).toMatchObject({ outcome: "accepted", isRedacted: false, event: { pdu } });
    const fresh = new Room(version);
    const create = fresh.build({ type: "m.room.create", state_key: "", content: { room_version: version, creator: alice }, sender: alice });
    const first = { ...create, prev_events: [], auth_events: [] };
    const unsigned = { verify: async (event: JsonObject) => ({ outcome: "valid", event }) as const };
    expect((await checkOnReceipt(first, room.rules, room.ports(unsigned))).outcome).toBe("accepted");
  });

  it("drop what is no PDU, and what is not signed by the server of its sender", async () => {
    const room = new Room(version);
    const pdu = room.build(message);
    expect(await checkOnReceipt({ ...pdu, depth: "5" }, room.rules, room.ports())).toMatchObject({ outcome: "dropped", step: "format" });
    const unsigned = { ...pdu, signatures: {} };
    expect(await checkOnReceipt(unsigned, room.rules, room.ports())).toMatchObject({
      outcome: "dropped",
      step: "signatures",
      pdu: unsigned,
    });
    const moved = { ...pdu, sender: "@alice:other.org" };
    expect(await checkOnReceipt(moved, room.rules, room.ports())).toMatchObject({ outcome: "dropped", step: "signatures" });
  });

  it("reject a field of more than 255 bytes where older versions count code points, and drop it else", async () => {
    const room = new Room(version);
    const unsigned = { verify: async (event: JsonObject) => ({ outcome: "valid", event }) as const };
    const outcomeOf = async (state_key: string) =>
      checkOnReceipt({ ...room.build({ ...message, type: "org.example", state_key: "" }), state_key }, room.rules, room.ports(unsigned));
    expect((await outcomeOf("é".repeat(127))).outcome).toBe("accepted");
    const isOld = ["3", "10"].includes(version);
    expect(await outcomeOf("é".repeat(255))).toMatchObject(isOld ? { outcome: "rejected", step: "auth-events" } : { outcome: "dropped" });
    expect(await outcomeOf("é".repeat(256))).toMatchObject({ outcome: "dropped", step: "format" });
  });

  it("go on with the redacted copy where the content was changed on the way", async () => {
    const room = new Room(version);
    const outcome = await checkOnReceipt({ ...room.build(message), content: { body: "changed" } }, room.rules, room.ports());
    expect(outcome).toMatchObject({ outcome: "accepted", isRedacted: true, event: { pdu: { content: {} } } });
  });

  it("reject by the auth events, then by the state before, and say which rule it was", async () => {
    const room = new Room(version);
    const foreign = { ...message, sender: mallory };
    const byAuth = await checkOnReceipt(room.build(foreign), room.rules, room.ports());
    expect(byAuth).toMatchObject({ outcome: "rejected", step: "auth-events", rule: expect.stringMatching(new RegExp(`^v${version}:`)) });
    const kicked = async () => (type: string, stateKey: string) => (stateKey === alice ? undefined : room.state.get(`${type} ${stateKey}`));
    const before = await checkOnReceipt(room.build(message), room.rules, room.ports({ stateBefore: kicked }));
    expect(before).toMatchObject({ outcome: "rejected", step: "state-before" });
  });

  it("soft-fail by the current state, then by the policy server", async () => {
    const room = new Room(version);
    const kicked = async () => (type: string, stateKey: string) => (stateKey === alice ? undefined : room.state.get(`${type} ${stateKey}`));
    const now = await checkOnReceipt(room.build(message), room.rules, room.ports({ currentState: kicked }));
    expect(now).toMatchObject({ outcome: "soft-failed", step: "current-state", event: { eventId: expect.stringMatching(/^\$/) } });
    const asked: string[] = [];
    const isRecommended = async ({ eventId }: NamedPdu) => asked.push(eventId) < 0;
    const spam = await checkOnReceipt(room.build(message), room.rules, room.ports({ isRecommended }));
    expect(spam).toMatchObject({ outcome: "soft-failed", step: "policy-server" });
    expect(asked).toHaveLength(1);
  });

  it("ask for the state that decides, and nothing else", async () => {
    const room = new Room(version);
    const asked: string[] = [];
    const stateBefore: ReceiptPorts["stateBefore"] = async (_event, wanted) => {
      asked.push(...wanted.map(([type]) => type));
      return (type, stateKey) => room.state.get(`${type} ${stateKey}`);
    };
    await checkOnReceipt(room.build(message), room.rules, room.ports({ stateBefore }));
    expect(asked.toSorted()).toEqual(["m.room.create", "m.room.member", "m.room.power_levels"]);
  });

  it("name the auth events that are not at hand", async () => {
    const room = new Room(version);
    const pdu = room.build(message);
    room.events.delete(room.state.get(`m.room.member ${alice}`)?.event_id ?? "");
    await expect(checkOnReceipt(pdu, room.rules, room.ports())).rejects.toThrow(StateResError);
  });
});
