import { expect, it } from "vitest";
import type { Day } from "./day.ts";
import { sayMany, sharedRoom, textsOf, waysOf } from "./messages.ts";
import type { Person } from "./person.ts";
import { sizes } from "./sizes.ts";

/** Has one hear the other, whatever came before. */
async function hear(listener: Person, speaker: Person, room: string, text: string): Promise<void> {
  const id = await speaker.say(room, text);
  await listener.untilEvent(text, room, ({ event_id: seen }) => seen === id);
}

/** How often something is said again, and after how many milliseconds. */
const [REPEATS, REPEATED_MS] = [20, 3_000];

/** As {@link hear}, where much waits: a server that stops in the middle of it goes on with the next message. */
async function hearAtLast({ does }: Day, listener: Person, speaker: Person, room: string, text: string): Promise<void> {
  if (does(speaker.server, "long queues")) return hear(listener, speaker, room, text);
  const said = new Set<string>();
  let last = 0;
  await listener.until(text, async () => {
    if (said.size < REPEATS && Date.now() - last > REPEATED_MS) {
      last = Date.now();
      said.add(await speaker.say(room, text));
    }
    return listener.timelines.get(room)?.some(({ event_id: seen }) => said.has(seen));
  });
}

/** Has two people, of two servers, agree on the state of a room and on what each of them said. */
async function agree(
  { does }: Day,
  room: string,
  people: readonly [Person, Person],
  said: ReadonlyMap<Person, readonly string[]>,
): Promise<void> {
  const [one, other] = people;
  const state = JSON.stringify(await one.stateOf(room));
  await other
    .until("the same state", async () => JSON.stringify(await other.stateOf(room)) === JSON.stringify(await one.stateOf(room)))
    .catch(async () => {
      expect(await other.stateOf(room)).toEqual(JSON.parse(state));
    });
  for (const reader of people.filter(({ server }) => does(server, "pages without gaps"))) {
    const history = await reader.history(room);
    for (const [speaker, texts] of said) expect(textsOf(history, speaker).filter((text) => texts.includes(text))).toEqual(texts);
  }
}

/** What becomes of rooms when servers stop, are killed, change keys, or do not reach each other. */
export function outageSteps(day: () => Day): void {
  it("messages go on over a restart of either side", async () => {
    const { alice, bob, ours, theirs } = day();
    const room = await sharedRoom(alice, [bob]);
    const said = new Map<Person, string[]>([
      [alice, []],
      [bob, []],
    ]);
    for (const server of [ours, theirs]) {
      const people: readonly [Person, Person] = server === ours ? [bob, alice] : [alice, bob];
      const [goesOn, waits] = people;
      said.get(waits)?.push(...(await sayMany(waits, room, 5)));
      // Events are on their way when it goes down.
      const sending = sayMany(goesOn, room, 30);
      await server.stop(server === ours ? "in order" : "at once");
      said.get(goesOn)?.push(...(await sending));
      await server.start();
      await hear(goesOn, waits, room, `${waits.userId} is here again`);
      await hear(waits, goesOn, room, `${goesOn.userId} sees it`);
      await agree(day(), room, people, said);
    }
  });

  it.for(sizes.outages)("what was missed in an outage of %d messages comes afterwards", async (count) => {
    for (const [speaker, listener] of waysOf(day())) {
      const { ours, theirs } = day();
      const rooms = [await sharedRoom(speaker, [listener]), await sharedRoom(speaker, [listener])];
      const away = listener.server === ours ? ours : theirs;
      await away.stop();
      const texts: string[][] = [];
      for (const room of rooms) texts.push(await sayMany(speaker, room, count));
      for (const room of rooms) await speaker.setState(room, "m.room.topic", { topic: `of ${room}` });
      await away.start();
      for (const [at, room] of rooms.entries()) {
        await hear(speaker, listener, room, "here again");
        await hearAtLast(day(), listener, speaker, room, "welcome back");
        await agree(day(), room, [speaker, listener], new Map([[speaker, texts[at] ?? []]]));
      }
    }
  });

  it("a room that forks while the servers do not reach each other is one again afterwards", async () => {
    const { alice, bob, ours, theirs } = day();
    const room = await sharedRoom(alice, [bob], { power_level_content_override: { users_default: 50, state_default: 50 } });
    await hear(bob, alice, room, "before");
    for (const server of [ours, theirs]) server.place.relay.isOpen = false;
    const said = new Map<Person, readonly string[]>();
    for (const person of [alice, bob]) {
      await person.setState(room, "m.room.topic", { topic: `of ${person.userId}` });
      await person.setState(room, "m.room.name", { name: `of ${person.userId}` });
      await person.setState(room, "org.example.seat", { taken: true }, person.userId.slice(1));
      said.set(person, await sayMany(person, room, 20));
      await person.setState(room, "m.room.name", { name: `again of ${person.userId}` });
    }
    for (const server of [ours, theirs]) server.place.relay.isOpen = true;
    await hear(bob, alice, room, "does it work?");
    await hear(alice, bob, room, "it does");
    await hear(bob, alice, room, "good");
    await agree(day(), room, [alice, bob], said);
  });

  it("a ban beats what the banned one does on a fork", async () => {
    for (const [owner, guest] of waysOf(day())) {
      const { ours, theirs } = day();
      const room = await sharedRoom(owner, [guest], { power_level_content_override: { state_default: 0 } });
      await hear(guest, owner, room, "before");
      for (const server of [ours, theirs]) server.place.relay.isOpen = false;
      await owner.request("POST", `/rooms/${encodeURIComponent(room)}/ban`, { user_id: guest.userId });
      await guest.setState(room, "m.room.topic", { topic: "mine" });
      await guest.say(room, "still here");
      for (const server of [ours, theirs]) server.place.relay.isOpen = true;
      // Another room wakes what waits.
      const other = await sharedRoom(owner, [guest]);
      await hearAtLast(day(), owner, guest, other, "hello");
      await hear(guest, owner, other, "hello too");
      await guest.until("the ban", () => guest.left.has(room));
      expect(await owner.refusal("GET", `/rooms/${encodeURIComponent(room)}/state/m.room.topic`)).toBe("404 M_NOT_FOUND");
      expect(await guest.refusal("PUT", `/rooms/${encodeURIComponent(room)}/send/m.room.message/late`, { body: "late" })).toBe(
        "403 M_FORBIDDEN",
      );
    }
  });

  it("our key is replaced, and what was signed by either is believed", async () => {
    const { alice, bob, ben, ours } = day();
    const room = await sharedRoom(alice, [bob]);
    const before = await sayMany(alice, room, 5);
    await ours.stop();
    await ours.replaceKey();
    await ours.start();
    await hear(bob, alice, room, "with another key");
    await hear(alice, bob, room, "I see");
    await ben.join(room, [ours]);
    await agree(day(), room, [alice, ben], new Map([[alice, before]]));
  });
}
