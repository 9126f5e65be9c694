import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryCore, type TemporaryCore } from "../../../tests/temporary-core.ts";
import { alice, bob } from "../../../tests/room-of.ts";
import { internNames, type NamedEvent, peekNumbers } from "./event-numbers.ts";

let fixture: TemporaryCore;
beforeAll(async () => {
  fixture = await temporaryCore();
});
afterAll(() => fixture[Symbol.asyncDispose]());

let names = 0;
/** A name that nobody has used. */
const fresh = (): string => `org.example.${++names}`;
const intern = (event: NamedEvent) => internNames(fixture.core, event);
const peek = (event: NamedEvent) => peekNumbers(fixture.core, event);

describe("the numbers of an event's names", () => {
  it("are its sender's, its type's and its key's, and the member's whose membership it sets", async () => {
    const { users, eventTypes } = fixture.core;
    const member = await intern({ type: "m.room.member", stateKey: bob, sender: alice });
    expect([member.senderNid, member.memberNid, member.typeNid]).toEqual([
      await users.find(alice),
      await users.find(bob),
      await eventTypes.find("m.room.member"),
    ]);
    const [message, topic] = [
      { type: "m.room.message", sender: alice },
      { type: "m.room.topic", stateKey: "", sender: alice },
    ];
    expect([(await intern(message)).skeyNid, (await intern(message)).memberNid]).toEqual([undefined, undefined]);
    expect([(await intern(topic)).skeyNid === member.skeyNid, (await intern(topic)).memberNid]).toEqual([false, undefined]);
    // A key of another type is another key, and no member.
    const alike = await intern({ type: "org.example.member", stateKey: bob, sender: alice });
    expect([alike.skeyNid === member.skeyNid, alike.memberNid]).toEqual([false, undefined]);
    expect((await intern({ type: "m.room.member", stateKey: "", sender: alice })).memberNid).toBeUndefined();
  });

  it("are the same in memory, once each has been given", async () => {
    const events: NamedEvent[] = [
      { type: fresh(), sender: `@${fresh()}:x` },
      { type: fresh(), stateKey: "", sender: `@${fresh()}:x` },
      { type: "m.room.member", stateKey: `@${fresh()}:x`, sender: `@${fresh()}:x` },
      { type: "m.room.member", stateKey: "", sender: `@${fresh()}:x` },
    ];
    for (const event of events) {
      expect(peek(event)).toBeUndefined();
      expect([await intern(event), await intern(event)]).toEqual([peek(event), peek(event)]);
    }
  });

  it("are not all in memory where a sender, a type, a key or a member is not", async () => {
    const known = { type: "m.room.member", stateKey: bob, sender: alice };
    await intern(known);
    expect(peek(known)).toBeDefined();
    for (const more of [{ sender: `@${fresh()}:x` }, { type: fresh() }, { stateKey: `@${fresh()}:x` }])
      expect(peek({ ...known, ...more })).toBeUndefined();
    // The key is known, and the user it names is not.
    const stranger = `@${fresh()}:x`;
    const { stateKeys, eventTypes } = fixture.core;
    await stateKeys.intern(`${await eventTypes.intern("m.room.member")} ${stranger}`);
    expect(peek({ ...known, stateKey: stranger })).toBeUndefined();
  });
});
