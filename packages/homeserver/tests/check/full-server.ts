// A server that has stored something of everything, through its HTTP API and from another server.
import { expect } from "vitest";
import type { ComposedHomeserver } from "../../src/compose/create-homeserver.ts";
import { hashToken } from "../../src/accounts/random-token.ts";
import { RemoteServer } from "../remote/remote-server.ts";
import { composed } from "../remote/compose.ts";
import { crossSigningKey, deviceKeys, newKey, oneTimeKeys, sign } from "../device-requests.ts";
import { pusher } from "../pusher.ts";

/** What a test asks the server for, as somebody. */
type Ask = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

/** Someone with a session. */
interface Person {
  readonly userId: string;
  readonly deviceId: string;
  readonly token: string;
  readonly ask: Ask;
}

function asking(url: string, token?: string): Ask {
  return async (method, path, body) => {
    const headers = { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
    const answer = await fetch(`${url}/_matrix${path}`, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    const text = await answer.text();
    expect(answer.status, `${method} ${path}: ${text}`).toBe(200);
    return JSON.parse(text) as Record<string, unknown>;
  };
}

async function register(url: string, username: string): Promise<Person> {
  const auth = { type: "m.login.dummy" };
  const account = await asking(url)("POST", "/client/v3/register", { username, password: "secret", auth, refresh_token: true });
  const token = String(account["access_token"]);
  return { userId: String(account["user_id"]), deviceId: String(account["device_id"]), token, ask: asking(url, token) };
}

/** What there is to look for. */
export interface FullServer {
  /** A room of version 12 with messages, state, and a member who was kicked. */
  readonly room: string;
  /** Which media was uploaded. */
  readonly media: string;
  readonly tokenHash: string;
}

/** Fills a database and the media of a data folder, and stops the server. */
export async function fillServer(dataDir: string, { shards, url }: { readonly shards: number; readonly url: string }): Promise<FullServer> {
  await using server = await composed({ dataDir, shards, serverName: "example.org", config: { database: { url } } });
  const [alice, bob, carol] = [await register(server.url, "alice"), await register(server.url, "bob"), await register(server.url, "carol")];
  const room = await talk(alice, bob, carol);
  for (const version of ["1", "6", "11"]) await fork(server, alice, version);
  const media = await keep(server.url, alice);
  await encrypt(alice, bob);
  return { room, media, tokenHash: Buffer.from(hashToken(alice.token)).toString("hex") };
}

async function talk(alice: Person, bob: Person, carol: Person): Promise<string> {
  const settings = { preset: "public_chat", name: "Hall", room_alias_name: "hall", visibility: "public", invite: [bob.userId] };
  const { room_id: room } = await alice.ask("POST", "/client/v3/createRoom", settings);
  const path = `/client/v3/rooms/${encodeURIComponent(String(room))}`;
  for (const { ask } of [bob, carol]) await ask("POST", `${path}/join`, {});
  const say = async (who: Person, body: string): Promise<string> => {
    const { event_id: id } = await who.ask("PUT", `${path}/send/m.room.message/${body}`, { msgtype: "m.text", body });
    return String(id);
  };
  const said = await say(bob, "one");
  const last = await say(alice, "two");
  await alice.ask("PUT", `${path}/redact/${encodeURIComponent(said)}/1`, {});
  for (const topic of ["first", "second"]) await alice.ask("PUT", `${path}/state/m.room.topic`, { topic });
  await alice.ask("POST", `${path}/kick`, { user_id: carol.userId });
  await bob.ask("PUT", "/client/v3/profile/@bob:example.org/displayname", { displayname: "Bob" });
  await bob.ask("POST", `${path}/receipt/m.read/${encodeURIComponent(last)}`, {});
  await bob.ask("PUT", `/client/v3/user/${bob.userId}/account_data/org.example.note`, { text: "kept" });
  await bob.ask("PUT", `/client/v3/user/${bob.userId}/rooms/${encodeURIComponent(String(room))}/account_data/org.example.note`, { n: 1 });
  await bob.ask("POST", `/client/v3/user/${bob.userId}/filter`, { room: { timeline: { limit: 5 } } });
  await bob.ask("POST", "/client/v3/pushers/set", pusher);
  await bob.ask("POST", `/client/v3/user/${bob.userId}/openid/request_token`, {});
  return String(room);
}

/** Makes a room in which two servers have set the topic without knowing of one another. */
async function fork({ parts }: ComposedHomeserver, alice: Person, version: string): Promise<void> {
  const remote = new RemoteServer("remote.example", parts.rooms);
  const rita = "@rita:remote.example";
  const levels = { state_default: 0, events: {}, users: { [alice.userId]: 100 } };
  const { room_id: id } = await alice.ask("POST", "/client/v3/createRoom", {
    preset: "public_chat",
    room_version: version,
    power_level_content_override: levels,
  });
  const { rooms, engine } = parts.rooms;
  const room = await rooms.load(rooms.get(String(id)));
  const tip = async () => {
    const event = await rooms.events.get(room.head.tips.at(-1)?.nid ?? 0);
    if (!event) throw new Error("the room is empty");
    return event;
  };
  const join = { type: "m.room.member", stateKey: rita, sender: rita, content: { membership: "join" } };
  await remote.send(room, { ...join, after: [await tip()], state: room.head.state });
  const before = { after: [await tip()], state: room.head.state };
  await engine.send(room, { type: "m.room.topic", stateKey: "", sender: alice.userId, content: { topic: "ours" } });
  await remote.send(room, { type: "m.room.topic", stateKey: "", sender: rita, content: { topic: "theirs" }, ...before });
  await engine.send(room, { type: "m.room.name", stateKey: "", sender: alice.userId, content: { name: "Joined branches" } });
  // One that another event has named before it came.
  const avatar = await remote.build(room, { type: "m.room.avatar", stateKey: "", sender: rita, content: { url: "mxc://r/a" }, ...before });
  await parts.rooms.receiver.receiveOutliers(room, [avatar]);
  await remote.deliver(room, avatar);
}

async function keep(url: string, alice: Person): Promise<string> {
  const headers = { authorization: `Bearer ${alice.token}`, "content-type": "text/plain" };
  const answer = await fetch(`${url}/_matrix/media/v3/upload?filename=a.txt`, { method: "POST", headers, body: "a file" });
  const { content_uri: uri } = (await answer.json()) as { content_uri: string };
  await alice.ask("POST", "/media/v1/create", {});
  return uri.slice("mxc://example.org/".length);
}

async function encrypt(alice: Person, bob: Person): Promise<void> {
  const keys = newKey();
  await alice.ask("POST", "/client/v3/keys/upload", {
    device_keys: deviceKeys(alice.userId, alice.deviceId, keys),
    one_time_keys: oneTimeKeys(3),
    fallback_keys: oneTimeKeys(1, "F"),
  });
  const master = newKey();
  const masterKey = crossSigningKey(alice.userId, "master", master);
  await alice.ask("POST", "/client/v3/keys/device_signing/upload", { master_key: masterKey });
  const signed = sign(masterKey, alice.userId, keys, `ed25519:${alice.deviceId}`);
  await alice.ask("POST", "/client/v3/keys/signatures/upload", { [alice.userId]: { [master.publicKey]: signed } });
  await bob.ask("PUT", "/client/v3/sendToDevice/m.test/1", { messages: { [alice.userId]: { "*": { n: 1 } } } });
  const algorithm = { algorithm: "m.megolm_backup.v1.curve25519-aes-sha2", auth_data: { public_key: "abc" } };
  const { version } = await alice.ask("POST", "/client/v3/room_keys/version", algorithm);
  const session = { first_message_index: 0, forwarded_count: 0, is_verified: true, session_data: { ciphertext: "c" } };
  await alice.ask("PUT", `/client/v3/room_keys/keys/!r%3Ax/s?version=${String(version)}`, session);
}
