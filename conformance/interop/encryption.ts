import { join } from "node:path";
import { type Client, createClient, silentLogger } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { createMounts, installIndexedDB } from "@patrix/idb-sqlite";
import type { UserId } from "@patrix/identifiers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bodiesOf, eventually, openPersistentSession, type PersistentSession } from "../outside/persistent-session.ts";
import type { Day } from "./day.ts";
import type { DayServer } from "./peer.ts";
import { Person } from "./person.ts";

/** Our client at one of the servers, and what it has heard. */
interface OurSession extends AsyncDisposable {
  readonly client: Client;
  readonly heard: string[];
}

async function openOurs(server: DayServer, folder: string, name: string): Promise<OurSession> {
  const store = sqliteStore(join(folder, `${name}.db`), { passphrase: "sesame" });
  const client = await createClient(server.url, { store, encryption: true, logger: silentLogger });
  if (!client.session.value) await client.login.password(name, "secret of the day");
  const heard: string[] = [];
  client.on("m.room.message", (event) => void (event.isOwn || heard.push(String(event.text))));
  await client.start();
  return { client, heard, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

/** Our client and matrix-js-sdk, one at each server, in encrypted rooms. */
export function encryptionSteps(day: () => Day, version: string): void {
  const mounts = createMounts();
  let uninstall: () => void;
  beforeAll(() => {
    uninstall = installIndexedDB(mounts);
  });
  afterAll(() => uninstall());

  it.for([
    { title: "ours", other: "theirs" },
    { title: "theirs", other: "ours" },
  ] as const)(
    "encrypted messages of our client at $title and of matrix-js-sdk at $other are read, also after restarts",
    async ({ title, other }) => {
      const servers = day();
      const { folder } = servers;
      const [here, there] = [servers[title], servers[other]];
      const names = { own: `own-${title}`, sdk: `sdk-${other}` };
      const own = await Person.register(here, names.own, version);
      const { userId, accessToken, deviceId } = await Person.register(there, names.sdk, version);
      const user = { userId: userId as UserId, accessToken, deviceId };
      const open = (): Promise<PersistentSession> => openPersistentSession({ mounts, folder, baseUrl: there.url }, names.sdk, user);
      let roomId = "";
      {
        await using ours = await openOurs(here, folder, names.own);
        await using theirs = await open();
        const room = await ours.client.rooms.create({ encrypted: true, invite: [user.userId] });
        roomId = room.id;
        await eventually(() => theirs.client.getRoom(roomId)?.getMyMembership() === "invite");
        await theirs.client.joinRoom(roomId);
        await room.info.until(() => room.members.get(user.userId)?.membership === "join");
        for (let at = 0; at < 10; at += 1) {
          await room.send.text(`ours ${at}`);
          await theirs.client.sendTextMessage(roomId, `theirs ${at}`);
        }
        await eventually(() => bodiesOf(theirs, roomId).filter((body) => body.startsWith("ours ")).length === 10);
        await eventually(() => ours.heard.length === 10);
        expect(ours.heard).toEqual(Array.from({ length: 10 }, (_, at) => `theirs ${at}`));
      }
      for (const server of [here, there]) await server.stop();
      for (const server of [here, there]) await server.start();
      await using ours = await openOurs(here, folder, names.own);
      await using theirs = await open();
      const room = ours.client.rooms.get(roomId as never);
      await room?.send.text("ours again");
      await eventually(() => bodiesOf(theirs, roomId).includes("ours again"));
      await theirs.client.sendTextMessage(roomId, "theirs again");
      await eventually(() => ours.heard.includes("theirs again"));
      // A device that is new gets what is said from then on.
      const second = await createClient(here.url, { encryption: true, logger: silentLogger });
      await using _ = second;
      await second.login.password(names.own, "secret of the day");
      const heard: string[] = [];
      second.on("m.room.message", (event) => void heard.push(String(event.text)));
      await second.start();
      await eventually(async () => {
        await theirs.client.sendTextMessage(roomId, "to the new device");
        return heard.includes("to the new device");
      });
      expect(own.userId).toBe(ours.client.userId);
    },
  );
}
