/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Files of bridges in encrypted rooms: what ghosts send is encrypted before it leaves, and what people send is decrypted when it comes.
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Appservice, Intent } from "@patrix/appservice";
import { sendMessage } from "@patrix/client-api";
import { sendDelayedEvent, sendDelayedMessageEvent } from "@patrix/client-api/unstable";
import { mediaSourceOf } from "@patrix/events";
import type { MxcUri, RoomId } from "@patrix/identifiers";
import { describe, expect, it } from "vitest";
import { type BridgedServer, bridgedServer } from "./bridged-server.ts";
import { bobId, encryptedRoom, hearing, megolm, type Person, person, sentTypes, start } from "./encrypted-scene.ts";

/** A file that is like no other, and long enough not to be found by chance. */
const file = (secret: string, name = `${secret}.png`): { data: Uint8Array<ArrayBuffer>; name: string } => ({
  data: new TextEncoder().encode(`${secret} `.repeat(2000)),
  name,
});
const textOf = async (blob: Blob): Promise<string> => (await blob.text()).split(" ")[0] ?? "";

/** Which of some words stand anywhere in what the homeserver keeps. */
async function keptWords(hs: BridgedServer, words: readonly string[]): Promise<string[]> {
  const folder = join(dirname(hs.storePath), "data");
  const paths = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  expect(paths.length).toBeGreaterThan(1);
  const all = Buffer.concat(await Promise.all(paths.map((entry) => readFile(join(entry.parentPath, entry.name)))));
  return words.filter((word) => all.includes(word));
}

/** What a person is shown of files, as the client decrypts it: kind, what is in it, what is in its thumbnail. */
function shown({ client }: Person): string[] {
  const lines: string[] = [];
  const add = async (kind: string, content: object, decrypted: boolean): Promise<void> => {
    const { url, encrypted } = mediaSourceOf(content) ?? {};
    const source = encrypted ?? url;
    if (source === undefined) return;
    const small = (content as { info?: { thumbnail_file?: never } }).info?.thumbnail_file;
    const texts = [await textOf(await client.media.download(source)), small && (await textOf(await client.media.download(small)))];
    lines.push([kind, ...texts.flatMap((text) => text ?? []), ...(encrypted && decrypted ? [] : ["in the clear"])].join(" "));
  };
  client.on("m.room.message", (event) => void add(event.content.msgtype, event.content, event.encryption !== undefined));
  client.on("m.sticker", (event) => void add("m.sticker", event.content, event.encryption !== undefined));
  return lines;
}

/** Changes what a service sends on its way, or does something when it is answered. */
function watching(after: (path: string, method: string) => Promise<void>): { fetch: typeof globalThis.fetch; readonly paths: string[] } {
  const paths: string[] = [];
  return {
    paths,
    fetch: async (input, init) => {
      const url = new URL(input instanceof Request ? input.url : String(input));
      const path = decodeURIComponent(url.pathname);
      paths.push(`${init?.method ?? "GET"} ${path}`);
      const response = await fetch(input, init);
      await after(path, init?.method ?? "GET");
      return response;
    },
  };
}

async function makeEncrypted(hs: BridgedServer, roomId: RoomId): Promise<void> {
  const path = `/_matrix/client/v3/rooms/${roomId}/state/m.room.encryption`;
  expect((await hs.server.request("PUT", path, megolm, hs.registration.as_token)).status).toBe(200);
}

async function plainRoom(service: Appservice, { client, userId }: Person): Promise<RoomId> {
  const roomId = await service.bot.createRoom({ preset: "private_chat", invite: [userId] });
  await client.rooms.join(roomId);
  return roomId;
}

describe("a file that a ghost sends into an encrypted room", () => {
  it("is encrypted with its thumbnail and its name, and read by people, whatever it is", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const service = await start(hs, hearing());
    await using alice = await person(hs, "alice");
    const lines = shown(alice);
    const roomId = await encryptedRoom(service, alice);
    const ghost = service.intent(bobId(service));
    const thumbnail = file("thumbsecret");
    await ghost.sendImage(roomId, file("imagesecret"), { thumbnail, caption: "a caption", info: { w: 1, h: 2 } });
    await ghost.sendFile(roomId, new Blob([file("filesecret").data]));
    const audio = file("audiosecret");
    await ghost.sendAudio(roomId, { ...audio, data: new Blob([audio.data]).stream(), size: audio.data.length });
    await service.bot.sendVideo(roomId, file("videosecret"), { thumbnail });
    await ghost.sendSticker(roomId, file("stickersecret"), { caption: "a cat" });
    const made = await ghost.uploadTo(roomId, file("voicesecret"));
    await ghost.sendCustom(roomId, "m.room.message", { msgtype: "m.audio", body: "voice", ...made });
    await expect
      .poll(() => lines.toSorted())
      .toEqual([
        "m.audio audiosecret",
        "m.audio voicesecret",
        "m.file filesecret",
        "m.image imagesecret thumbsecret",
        "m.sticker stickersecret",
        "m.video videosecret thumbsecret",
      ]);
    expect(new Set(await sentTypes(hs, roomId, ghost.userId))).toEqual(new Set(["m.room.encrypted"]));
    // What is for everyone goes up as it is, and is found: so would the others be.
    await ghost.setProfile({ avatarUrl: await ghost.media.upload(file("avatarpublic")) });
    const secrets = ["image", "file", "audio", "video", "sticker", "voice", "thumb"].map((kind) => `${kind}secret`);
    expect(await keptWords(hs, [...secrets, "a caption", "avatarpublic"])).toEqual(["avatarpublic"]);
  });

  it("goes in the order of the calls, and once, if the handler runs again", async () => {
    await using hs = await bridgedServer({ encryption: true });
    let runs = 0;
    const service = await hs.start(
      (its) => {
        its.on("m.room.message", async ({ room_id: roomId }) => {
          const ghost = its.intent(bobId(its));
          await Promise.all([ghost.sendImage(roomId, file("first")), ghost.sendText(roomId, "second")]);
          runs += 1;
          if (runs === 1) throw new Error("fails once");
        });
      },
      { encryption: true },
    );
    await service.bot.enableEncryption();
    await using alice = await person(hs, "alice");
    const roomId = await encryptedRoom(service, alice);
    await alice.client.rooms.get(roomId)?.send.text("go");
    await expect.poll(() => runs).toBe(2);
    await expect.poll(() => alice.heard).toHaveLength(2);
    await service.queue.idle();
    // A file has no text.
    expect(alice.heard.map((line) => line.split(" ")[1])).toEqual(["undefined", "second"]);
    expect(await sentTypes(hs, roomId, bobId(service))).toHaveLength(2);
  });

  it("is encrypted also where the room became an encrypted one while it was uploaded", async () => {
    await using hs = await bridgedServer({ encryption: true });
    let roomId: RoomId | undefined;
    const service = await start(hs, hearing(), {
      ...watching(async (path) => {
        if (!path.endsWith("/upload") || roomId === undefined) return;
        await makeEncrypted(hs, roomId);
        roomId = undefined;
      }),
    });
    await using alice = await person(hs, "alice");
    const lines = shown(alice);
    const room = await plainRoom(service, alice);
    await service.intent(bobId(service)).sendFile(room, file("before"));
    roomId = room;
    await service.intent(bobId(service)).sendFile(room, file("meanwhile"));
    await expect.poll(() => lines).toEqual(["m.file before in the clear", "m.file meanwhile"]);
    expect(await sentTypes(hs, room, bobId(service))).toEqual(["m.room.message", "m.room.encrypted"]);
  });

  it("is not even uploaded by a service that cannot encrypt", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const service = await hs.start();
    await using alice = await person(hs, "alice");
    const roomId = await encryptedRoom(service, alice);
    const { paths, fetch } = watching(async () => {});
    const without = await hs.start(() => {}, { fetch });
    const ghost = without.intent(bobId(without));
    for (const send of [ghost.sendFile, ghost.sendSticker, ghost.uploadTo])
      await expect(send(roomId, file("no"))).rejects.toMatchObject({ code: "ROOM_IS_ENCRYPTED" });
    expect(paths.filter((path) => path.endsWith("/upload"))).toEqual([]);
  });
});

describe("what would go in the clear into an encrypted room", () => {
  /** Every way past the encryption that there is. */
  const ways = (ghost: Intent, roomId: RoomId, url: MxcUri): Record<string, () => Promise<unknown>> => {
    const content = { msgtype: "m.text", body: "plain" };
    const path = (txnId: string) => ({ roomId, eventType: "m.room.message", txnId });
    return {
      "an uploaded file": () => ghost.send(roomId, "m.room.message", { msgtype: "m.file", body: "x", url, info: {} }),
      "an uploaded thumbnail": () =>
        ghost.sendCustom(roomId, "m.room.message", { msgtype: "m.file", body: "x", info: { thumbnail_url: url } }),
      "a sticker": () => ghost.send(roomId, "m.sticker", { body: "x", url, info: {} }),
      "a request": () => ghost.http.send(sendMessage, { path: path("1"), body: content }),
      // What looks like state is a member of the content here.
      "a request with a state key": () => ghost.http.send(sendMessage, { path: path("2"), body: { ...content, state_key: "" } }),
      "a delayed event": () => ghost.http.send(sendDelayedEvent, { path: path("3"), body: { delay: 1, content } }),
      "an event delayed by a parameter": () =>
        ghost.http.send(sendDelayedMessageEvent, { path: path("4"), query: { "org.matrix.msc4140.delay": 1 }, body: content }),
    };
  };

  it("is refused in each way, and goes where the room is not encrypted", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const service = await start(hs, hearing());
    await using alice = await person(hs, "alice");
    const [encrypted, plain] = [await encryptedRoom(service, alice), await plainRoom(service, alice)];
    const ghost = service.intent(bobId(service));
    await ghost.ensureJoined(encrypted);
    await ghost.ensureJoined(plain);
    const url = await ghost.media.upload(file("public"));
    const outcomes: Record<string, string> = {};
    for (const [way, send] of Object.entries(ways(ghost, encrypted, url)))
      outcomes[way] = await send().then(
        () => "sent",
        (error: { code?: string }) => String(error.code),
      );
    expect(outcomes).toEqual({
      "an uploaded file": "FILE_IS_NOT_ENCRYPTED",
      "an uploaded thumbnail": "FILE_IS_NOT_ENCRYPTED",
      "a sticker": "FILE_IS_NOT_ENCRYPTED",
      "a request": "ROOM_IS_ENCRYPTED",
      "a request with a state key": "ROOM_IS_ENCRYPTED",
      "a delayed event": "ROOM_IS_ENCRYPTED",
      "an event delayed by a parameter": "ROOM_IS_ENCRYPTED",
    });
    expect(await sentTypes(hs, encrypted, ghost.userId)).toEqual([]);
    const sent = await Promise.allSettled(Object.values(ways(ghost, plain, url)).map((send) => send()));
    const failures = sent.flatMap((each) => (each.status === "rejected" ? [each.reason as { code?: string }] : []));
    // Not every server has events that are sent later.
    expect(failures.filter(({ code }) => code !== "UNSUPPORTED_ENDPOINT")).toEqual([]);
    await expect.poll(() => sentTypes(hs, plain, ghost.userId)).toHaveLength(sent.length - failures.length);
  });

  it("does not go for one who was out of the room when it was asked how it is encrypted, and is in when it is sent", async () => {
    await using hs = await bridgedServer({ encryption: true });
    let letIn: (() => Promise<void>) | undefined;
    const service = await start(hs, hearing(), {
      ...watching(async (path) => {
        if (!path.includes("/state/m.room.encryption")) return;
        const act = letIn;
        letIn = undefined;
        await act?.();
      }),
    });
    await using alice = await person(hs, "alice");
    const roomId = await plainRoom(service, alice);
    const ghost = service.intent(bobId(service));
    await ghost.sendText(roomId, "in the clear");
    await service.queue.idle();
    // The service hears of nothing meanwhile, as where the homeserver is late.
    await hs.unlink();
    const asGhost = `user_id=${encodeURIComponent(ghost.userId)}`;
    const leave = `/_matrix/client/v3/rooms/${roomId}/leave?${asGhost}`;
    expect((await hs.server.request("POST", leave, {}, hs.registration.as_token)).status).toBe(200);
    await makeEncrypted(hs, roomId);
    // Something else that the ghost does there brings it in again.
    letIn = () => ghost.setTyping(roomId, 1000);
    await ghost.sendText(roomId, "encrypted");
    expect(letIn).toBeUndefined();
    expect(await sentTypes(hs, roomId, ghost.userId)).toEqual(["m.room.message", "m.room.encrypted"]);
  });
});

describe("a file that a person sends into an encrypted room", () => {
  it("is decrypted when the bridge downloads it, and is not given if it is not what was sent", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const read: string[] = [];
    const service = await hs.start(
      (its) => {
        its.on("m.room.message", async ({ content }) => {
          const source = mediaSourceOf("file" in content ? content : {});
          if (!source?.encrypted) return;
          const { media } = its.bot;
          read.push(await textOf(await media.download(source.encrypted)));
          const { stream } = await media.stream(source.encrypted);
          read.push(await textOf(await new Response(stream).blob()));
          const other = { ...source.encrypted, hashes: { sha256: "fdSLu/YkRx3Wyh3KQabP3rd6+SFiKg5lsJZQHtkSAYA" } };
          await expect(media.download(other)).rejects.toMatchObject({ code: "BAD_FILE" });
          read.push("refused");
        });
      },
      { encryption: true },
    );
    await service.bot.enableEncryption();
    await using alice = await person(hs, "alice");
    const roomId = await encryptedRoom(service, alice);
    const room = alice.client.rooms.get(roomId);
    await room?.send.image(file("from-alice"));
    await expect.poll(() => read).toEqual(["from-alice", "from-alice", "refused"]);
    expect(await keptWords(hs, ["from-alice"])).toEqual([]);
  });
});
