import { randomBytes } from "node:crypto";
import type { AnyBody } from "@patrix/homeserver/testing";
import sharp from "sharp";
import { expect, it } from "vitest";
import type { Day } from "./day.ts";
import type { Person, SeenEvent } from "./person.ts";
import { sizes } from "./sizes.ts";

const encoded = encodeURIComponent;

/** A public room of one, and how the other comes in. @returns Its ID. */
export async function sharedRoom(owner: Person, guests: readonly Person[], settings: object = {}): Promise<string> {
  const room = await owner.createRoom({ preset: "public_chat", ...settings });
  for (const guest of guests) {
    await guest.join(room, [owner.server]);
    await owner.untilEvent("the join", room, ({ type, state_key: key }) => type === "m.room.member" && key === guest.userId);
  }
  return room;
}

/** Both ways across the two servers. */
export const waysOf = ({ alice, bob }: Day): readonly (readonly [Person, Person])[] => [
  [alice, bob],
  [bob, alice],
];

/** Messages of one of them, as somebody reads them. */
export function textsOf(events: readonly SeenEvent[], { userId }: Person): string[] {
  return events.filter(({ type, sender }) => type === "m.room.message" && sender === userId).map(({ content }) => String(content["body"]));
}

let said = 0;

/** Says some messages that nobody has said before, one after the other. @returns Their texts. */
export async function sayMany(person: Person, room: string, count: number, listener?: Person): Promise<string[]> {
  const texts = Array.from({ length: count }, () => `message ${said++}`);
  for (const [at, text] of texts.entries()) {
    const id = await person.say(room, text);
    // A server that is more than a hundred behind may leave events out of syncs, and get them as history.
    if (listener && (at % 40 === 39 || at === count - 1)) await listener.untilEvent(text, room, ({ event_id }) => event_id === id);
  }
  return texts;
}

/** What people in one room do with messages, each way. */
export function messageSteps(day: () => Day): void {
  let room = "";
  let sent: readonly (readonly [Person, string[]])[] = [];

  it(`${sizes.messages} messages each way at the same time arrive in order, each once`, async () => {
    const { alice, bob } = day();
    room = await sharedRoom(alice, [bob]);
    sent = await Promise.all(
      waysOf(day()).map(async ([speaker, listener]) => [speaker, await sayMany(speaker, room, sizes.messages, listener)] as const),
    );
    for (const [speaker, texts] of sent)
      await speaker.untilEvent("what it said", room, ({ content }) => String(content["body"]) === texts.at(-1));
    for (const reader of [alice, bob])
      for (const [speaker, texts] of sent) {
        expect(textsOf(reader.timelines.get(room) ?? [], speaker)).toEqual(texts);
        if (day().does(reader.server, "pages without gaps")) expect(textsOf(await reader.history(room), speaker)).toEqual(texts);
      }
  });

  it("who joins later reads all of it by paging back", async () => {
    for (const newcomer of [day().anna, day().ben].filter(({ server }) => day().does(server, "pages without gaps"))) {
      await newcomer.join(room, [day().alice.server]);
      const history = await newcomer.history(room);
      for (const [speaker, texts] of sent) expect(textsOf(history, speaker)).toEqual(texts);
    }
  });

  it("the history of a room is read by those who bring its first events to their server", async () => {
    for (const [guest, owner] of waysOf(day())) {
      const old = await owner.createRoom({ preset: "public_chat" });
      const texts = await sayMany(owner, old, sizes.history);
      await guest.join(old, [owner.server]);
      expect(textsOf(await guest.history(old), owner)).toEqual(texts);
      expect((await guest.history(old))[0]?.type).toBe("m.room.create");
    }
  });

  it("edits, reactions, threads and redactions reach the other side", async () => {
    for (const [speaker, listener] of waysOf(day())) {
      const id = await speaker.say(room, "first");
      await listener.untilEvent("the message", room, ({ event_id }) => event_id === id);
      const event = (): Promise<AnyBody> => listener.request("GET", `/rooms/${encoded(room)}/event/${encoded(id)}`);
      await speaker.send(room, {
        msgtype: "m.text",
        body: "* second",
        "m.new_content": { msgtype: "m.text", body: "second" },
        "m.relates_to": { rel_type: "m.replace", event_id: id },
      });
      const isEdit = ({ content }: SeenEvent): boolean => String(content["m.relates_to"]?.["event_id"]) === id;
      await listener.untilEvent("the edit", room, isEdit);
      const bundles = day().does(listener.server, "bundled aggregations");
      const edit = (await event())["unsigned"]?.["m.relations"]?.["m.replace"];
      if (bundles) expect(edit).toMatchObject({ content: { "m.new_content": { body: "second" } } });
      await listener.send(room, { "m.relates_to": { rel_type: "m.annotation", event_id: id, key: "👍" } }, "m.reaction");
      await speaker.until("the reaction", async () => {
        const path = `/_matrix/client/v1/rooms/${encoded(room)}/relations/${encoded(id)}/m.annotation`;
        return (await speaker.request<{ chunk: unknown[] }>("GET", path)).chunk[0] !== undefined;
      });
      const reply = await speaker.send(room, { msgtype: "m.text", body: "aside", "m.relates_to": { rel_type: "m.thread", event_id: id } });
      await listener.untilEvent("the thread", room, ({ event_id }) => event_id === reply);
      const thread = (await event())["unsigned"]?.["m.relations"]?.["m.thread"];
      if (bundles) expect(thread).toMatchObject({ latest_event: { event_id: reply } });
      await speaker.request("PUT", `/rooms/${encoded(room)}/redact/${encoded(id)}/redact-${id.slice(1)}`, { reason: "done" });
      await listener.until("the redaction", async () => {
        const { content, unsigned } = (await event()) as unknown as SeenEvent;
        return content["body"] === undefined && unsigned?.["redacted_because"] !== undefined;
      });
    }
  });

  it("a moderator takes a message of the other side out, and others may not", async () => {
    const { alice, bob } = day();
    const redact = (id: string): string => `/rooms/${encoded(room)}/redact/${encoded(id)}/redact-${id.slice(1)}`;
    const ofBob = await bob.say(room, "rude");
    const ofAlice = await alice.say(room, "polite");
    await alice.untilEvent("the message", room, ({ event_id: id }) => id === ofBob);
    await bob.untilEvent("the message", room, ({ event_id: id }) => id === ofAlice);
    await alice.request("PUT", redact(ofBob), {});
    await bob.until("the redaction", async () => {
      const { content } = await bob.request<SeenEvent>("GET", `/rooms/${encoded(room)}/event/${encoded(ofBob)}`);
      return content["body"] === undefined;
    });
    expect(await bob.refusal("PUT", redact(ofAlice), {})).toBe("403 M_FORBIDDEN");
  });

  it("receipts, typing and presence are seen on the other side", async () => {
    for (const [speaker, listener] of waysOf(day())) {
      const id = await listener.say(room, "read me");
      await speaker.untilEvent("the message", room, ({ event_id }) => event_id === id);
      await speaker.request("POST", `/rooms/${encoded(room)}/receipt/m.read/${encoded(id)}`, { thread_id: "main" });
      const receipt = (): AnyBody | undefined => listener.ephemeral.get(`${room} m.receipt`)?.[id]?.["m.read"]?.[speaker.userId];
      const seenReceipt = await listener.until("the receipt", receipt);
      const tellsThreads = [speaker, listener].every(({ server }) => day().does(server, "threads of receipts"));
      if (tellsThreads) expect(seenReceipt).toMatchObject({ thread_id: "main" });
      const typing = (is: boolean): Promise<unknown> =>
        speaker.request(
          "PUT",
          `/rooms/${encoded(room)}/typing/${encoded(speaker.userId)}`,
          is ? { typing: true, timeout: 60_000 } : { typing: false },
        );
      const seen = (): string[] => (listener.ephemeral.get(`${room} m.typing`)?.["user_ids"] ?? []) as string[];
      await typing(true);
      await listener.until("the typing", () => seen().includes(speaker.userId));
      await typing(false);
      await listener.until("the end of the typing", () => !seen().includes(speaker.userId));
      await speaker.request("PUT", `/presence/${encoded(speaker.userId)}/status`, {
        presence: "online",
        status_msg: `here is ${speaker.userId}`,
      });
      const status = (): boolean => String(listener.presence.get(speaker.userId)?.["status_msg"]) === `here is ${speaker.userId}`;
      await listener.until("the presence", status);
    }
  });

  it("pictures and their thumbnails are fetched from the other side", async () => {
    const picture = await sharp(randomBytes(300 * 200 * 3), { raw: { width: 300, height: 200, channels: 3 } })
      .png()
      .toBuffer();
    for (const [speaker, listener] of waysOf(day())) {
      const { content_uri: uri } = await speaker.request<{ content_uri: string }>(
        "POST",
        "/_matrix/media/v3/upload?filename=a%20picture.png",
        picture,
      );
      await speaker.send(room, { msgtype: "m.image", body: "a picture", url: uri });
      await listener.untilEvent("the picture", room, ({ content }) => String(content["url"]) === uri);
      const file = uri.slice("mxc://".length);
      expect((await listener.download("GET", `/_matrix/client/v1/media/download/${file}`)).equals(picture)).toBe(true);
      for (const [width, height, method] of [
        [32, 32, "crop"],
        [96, 96, "scale"],
      ] as const) {
        const query = `width=${width}&height=${height}&method=${method}`;
        const small = await sharp(await listener.download("GET", `/_matrix/client/v1/media/thumbnail/${file}?${query}`)).metadata();
        // A server may have some sizes only, and nothing is made larger.
        expect(small.width).toBeGreaterThanOrEqual(width);
      }
      expect(await listener.refusal("GET", `/_matrix/client/v1/media/download/${speaker.server.serverName}/nosuchfile`)).toMatch(
        /^404 M_NOT_FOUND/,
      );
    }
  });

  it("names and pictures of people are asked for, and follow them into the room", async () => {
    for (const [speaker, listener] of waysOf(day())) {
      const name = `The one of ${speaker.server.serverName}`;
      const profile = `/profile/${encoded(speaker.userId)}`;
      await speaker.request("PUT", `${profile}/displayname`, { displayname: name });
      await speaker.request("PUT", `${profile}/avatar_url`, { avatar_url: "mxc://localhost/picture" });
      const renamed = ({ state_key: key, content }: SeenEvent): boolean =>
        key === speaker.userId && String(content["displayname"]) === name && String(content["avatar_url"]) === "mxc://localhost/picture";
      await listener.untilEvent("the new name", room, renamed);
      expect(await listener.request("GET", profile)).toMatchObject({ displayname: name, avatar_url: "mxc://localhost/picture" });
      expect(await listener.request("GET", `${profile}/displayname`)).toEqual({ displayname: name });
      // What the other one tells its own users is its own affair.
      if (listener.server !== day().ours) continue;
      const nobody = `@nobody:${speaker.server.serverName}`;
      expect(await listener.refusal("GET", `/profile/${encoded(nobody)}`)).toBe("404 M_NOT_FOUND");
      expect(await listener.refusal("GET", `/directory/room/${encoded(`#nobody:${speaker.server.serverName}`)}`)).toBe("404 M_NOT_FOUND");
    }
  });

  it("the rooms of a space are listed to the other side", async () => {
    for (const [guest, owner] of waysOf(day())) {
      const space = await sharedRoom(owner, [guest], { creation_content: { type: "m.space" }, name: "space" });
      const child = await owner.createRoom({ preset: "public_chat", name: "child" });
      const id = await owner.setState(space, "m.space.child", { via: [owner.server.serverName] }, child);
      await guest.untilEvent("the child", space, ({ event_id }) => event_id === id);
      const { rooms } = await guest.request<{ rooms: AnyBody[] }>("GET", `/_matrix/client/v1/rooms/${encoded(space)}/hierarchy`);
      expect(rooms.map(({ room_id: roomId, name }) => [roomId, name])).toEqual([
        [space, "space"],
        [child, "child"],
      ]);
    }
  });

  it("what was said at a time is found on both sides", async () => {
    const { alice, bob } = day();
    const id = await alice.say(room, "at a time");
    const { origin_server_ts: ts } = (await bob.untilEvent("the message", room, ({ event_id }) => event_id === id)) as unknown as {
      origin_server_ts: number;
    };
    for (const person of [alice, bob].filter(({ server }) => day().does(server, "dates"))) {
      const found = await person.request("GET", `/_matrix/client/v1/rooms/${encoded(room)}/timestamp_to_event?ts=${ts}&dir=b`);
      expect(found).toMatchObject({ event_id: id });
    }
  });
}
