// People with real clients, and services with encryption, for tests.
import type { Appservice, AppserviceOptions } from "@patrix/appservice";
import { type Client, createClient, silentLogger } from "@patrix/client";
import type { RoomId, UserId } from "@patrix/identifiers";
import type { BridgedServer } from "./bridged-server.ts";

/** How rooms are encrypted. */
export const megolm = { algorithm: "m.megolm.v1.aes-sha2" };

/** A person with an encrypted client. */
export interface Person extends AsyncDisposable {
  readonly userId: UserId;
  readonly client: Client;
  /** What others say, with how it was encrypted. */
  readonly heard: string[];
}

/** Logs somebody in. */
export async function person(hs: BridgedServer, name: string, { isRegistered = false } = {}): Promise<Person> {
  if (!isRegistered) await hs.server.register(name);
  const client = await createClient(hs.server.url, { encryption: true, logger: silentLogger });
  await client.login.password(name, "secret");
  const heard: string[] = [];
  client.on("m.room.message", (event) => {
    if (event.isOwn) return;
    heard.push(`${event.sender.id.split(":")[0]} ${event.text} (${event.encryption?.reason ?? event.encryption?.state ?? "clear"})`);
  });
  client.on("m.room.encrypted", (event) => void heard.push(`${event.sender.id.split(":")[0]} undecryptable: ${event.encryption?.reason}`));
  await client.start();
  return { userId: `@${name}:localhost`, client, heard, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

/** What a service hears. */
export interface Heard {
  readonly lines: string[];
  readonly set: (service: Appservice) => void;
}

/** Handlers that note what the service hears. */
export function hearing(): Heard {
  const lines: string[] = [];
  return {
    lines,
    set: (service) => {
      service.on("m.room.message", ({ content, sender }, { encryption }) => {
        lines.push(`${sender.split(":")[0]} ${content.body} (${encryption ? "encrypted" : "clear"})`);
      });
      service.onAny(({ type }, { encryption }) => {
        if (type === "m.room.encrypted") lines.push(`undecryptable: ${encryption?.reason}`);
      });
    },
  };
}

/** Starts a service whose bot can read. */
export async function start(hs: BridgedServer, heard: Heard, options: Partial<AppserviceOptions> = {}): Promise<Appservice> {
  const service = await hs.start(heard.set, { encryption: true, ...options });
  // Who writes before the bot has a device writes for nobody.
  await service.bot.enableEncryption();
  return service;
}

/** A room whose keys are used for one event each. */
export async function encryptedRoom(service: Appservice, ...people: Person[]): Promise<RoomId> {
  const invite = people.map(({ userId }) => userId);
  const roomId = await service.bot.createRoom({
    preset: "private_chat",
    invite,
    initial_state: [{ type: "m.room.encryption", state_key: "", content: { ...megolm, rotation_period_msgs: 1 } }],
  });
  for (const { client } of people) await client.rooms.join(roomId);
  return roomId;
}

/** Says something in a room that the person has joined. */
export async function say({ client }: Person, roomId: RoomId, text: string): Promise<void> {
  const room = client.rooms.get(roomId);
  if (!room) throw new Error("the room is not there");
  await room.send.text(text);
}

/** The types of what a user has sent that is no state, as the server has it. */
export async function sentTypes(hs: BridgedServer, roomId: RoomId, sender: UserId): Promise<string[]> {
  const path = `/_matrix/client/v3/rooms/${roomId}/messages?dir=f&limit=500`;
  const { body } = await hs.server.request<{ chunk: { type: string; sender: string; state_key?: string }[] }>(
    "GET",
    path,
    undefined,
    hs.registration.as_token,
  );
  return body.chunk.filter((event) => event.sender === sender && event.state_key === undefined).map(({ type }) => type);
}

/** The ghost that tests speak as. */
export const bobId = (service: Appservice): UserId => service.userId("_irc_bob");
