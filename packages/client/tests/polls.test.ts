// Polls between two users, in rooms with and without encryption.
/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { type Client, memoryStore, platformClock, type Poll, type PollResults, type Room } from "@patrix/client";
import { pollResponse } from "@patrix/events/unstable";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { roomOf } from "./encrypted-rooms.ts";
import { logIn } from "./timelines.ts";

let server: LocalHomeserver;
let ann: Client;
let bob: Client;

/** How often each answer was chosen. */
const counts = (results: PollResults | undefined): object =>
  Object.fromEntries((results?.answers ?? []).map(({ text, voters }) => [text, voters.length]));
const until = (poll: Poll, expected: object): Promise<PollResults | undefined> =>
  poll.results.until((results) => JSON.stringify(counts(results)) === JSON.stringify(expected));

describe.each([false, true])("a poll, in a room with encryption: %s", (isEncrypted) => {
  let annRoom: Room;
  let bobRoom: Room;

  beforeEach(async () => {
    server = await localHomeserver(["ann", "bob"]);
    const options = { store: memoryStore(), ...(isEncrypted && { encryption: true, clock: platformClock }) };
    [ann, bob] = [await logIn(server, "ann", options), await logIn(server, "bob", { ...options, store: memoryStore() })];
    await Promise.all([ann.start(), bob.start()]);
    if (isEncrypted) [annRoom, bobRoom] = await roomOf(ann, bob);
    else {
      annRoom = await ann.rooms.create({ preset: "public" });
      bobRoom = await bob.rooms.join(annRoom.id);
      await annRoom.info.until(() => annRoom.members.get(bob.userId)?.membership === "join");
    }
  });
  afterEach(async () => {
    await Promise.all([ann, bob].map((each) => each[Symbol.asyncDispose]()));
    await server[Symbol.asyncDispose]();
  });

  it("is voted in, thought over, and ended, and both see how it stands", async () => {
    const id = await annRoom.send.poll("Tea?", ["yes", "no"]);
    await using mine = annRoom.poll(id);
    await using theirs = bobRoom.poll(id);
    expect(await theirs.loaded()).toMatchObject({ question: "Tea?", isDisclosed: true, maxSelections: 1, endedTs: undefined });
    const [yes = "", no = ""] = (await mine.loaded()).answers.map((answer) => answer.id);
    await mine.vote(yes);
    await theirs.vote(yes);
    for (const poll of [mine, theirs]) expect((await until(poll, { yes: 2, no: 0 }))?.answers[0]?.voters).toEqual([ann.userId, bob.userId]);
    await theirs.vote(no);
    await until(mine, { yes: 1, no: 1 });
    await theirs.vote([]);
    await until(mine, { yes: 1, no: 0 });
    const last = await theirs.vote(no);
    await until(mine, { yes: 1, no: 1 });
    // A vote that is taken back makes the one before it count again, which chose nothing.
    await (await bobRoom.event(last)).redact();
    await until(mine, { yes: 1, no: 0 });
    // Bob may not end it.
    await theirs.end();
    await theirs.vote(yes);
    await until(mine, { yes: 2, no: 0 });
    expect(mine.results.value?.endedTs).toBeUndefined();
    const end = await mine.end();
    expect((await bobRoom.event(end)).content).toMatchObject({ "org.matrix.msc1767.text": "The poll has ended. Most votes (2): yes" });
    await theirs.results.until((results) => results?.endedTs !== undefined);
    await expect(theirs.vote(no)).rejects.toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }) as Error);
  });

  it("has all votes when it is opened later, and forgets them when it is redacted", async () => {
    const id = await annRoom.send.poll("Which?", ["a", "b", "c"], { max: 2, kind: "undisclosed" });
    {
      await using early = bobRoom.poll(id);
      await early.loaded();
      await early.vote(["1", "3"]);
      await until(early, { a: 1, b: 0, c: 1 });
      const failing = early.vote("4");
      await expect(failing).rejects.toThrow("answers: the poll has no answer 4");
      await failing.abort();
      const tooMany = early.vote(["1", "2", "3"]);
      await expect(tooMany).rejects.toThrow(expect.objectContaining({ code: "INVALID_OPTIONS" }) as Error);
      await tooMany.abort();
    }
    await using poll = annRoom.poll(id);
    expect([counts(await poll.loaded()), poll.results.value?.isDisclosed]).toEqual([{ a: 1, b: 0, c: 1 }, false]);
    await (await annRoom.event(id)).redact();
    expect(await poll.results.until((results) => results === undefined)).toBeUndefined();
  });

  it("is not one where the event is something else, or is not there", async () => {
    await using poll = bobRoom.poll(await annRoom.send.text("no poll"));
    await expect(poll.loaded()).rejects.toThrow(expect.objectContaining({ code: "NOT_FOUND" }) as Error);
    await using none = bobRoom.poll("$none");
    await expect(none.loaded()).rejects.toThrow(expect.objectContaining({ errcode: "M_NOT_FOUND" }) as Error);
  });

  it("counts hundreds of votes of one user once", async () => {
    const id = await annRoom.send.poll("Tea?", ["yes", "no"]);
    const content = (choice: string) => ({
      "m.relates_to": { rel_type: "m.reference" as const, event_id: id },
      "org.matrix.msc3381.poll.response": { answers: [choice] },
    });
    for (let i = 0; i < 120; i++) void bobRoom.send.event(pollResponse, content(i % 2 === 0 ? "1" : "2"));
    await bobRoom.send.event(pollResponse, content("1"));
    await using poll = annRoom.poll(id);
    expect(counts(await poll.loaded())).toEqual({ yes: 1, no: 0 });
  });
});
