// What other servers send of devices: each limit is crossed, and what is not theirs to say is passed over.
import { afterEach, beforeEach, expect, it } from "vitest";
import { composed } from "../remote/compose.ts";
import type { ComposedHomeserver } from "../../src/compose/create-homeserver.ts";
import { limits } from "../../src/limits.ts";
import { operation } from "../../src/store/statement.ts";
import { devicesOfUser } from "../../src/store/statements/devices.ts";
import { insertReceivedMessage, receivedMessage, toDeviceUpTo } from "../../src/store/statements/to-device.ts";
import type { TestHomeserver, TestPeer, TestUser } from "../../src/testing/index.ts";
import { eve, rules, serverAndPeer, until, version } from "./federated.ts";

let a: TestHomeserver;
let alice: TestUser;
let peer: TestPeer;
let room: string;

beforeEach(async () => {
  ({ a, alice, peer, room } = await serverAndPeer());
  peer.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
});
afterEach(() => a[Symbol.asyncDispose]());

const device = (deviceId: string, more: object = {}): object => ({
  device_id: deviceId,
  keys: { user_id: eve, device_id: deviceId, algorithms: [], keys: { [`ed25519:${deviceId}`]: "key" }, signatures: {}, ...more },
});
const list =
  (streamId: number, devices: readonly object[], more: object = {}) =>
  (): { status: number; body: object } => ({
    status: 200,
    body: { user_id: eve, stream_id: streamId, devices, ...more },
  });
const update = (content: object): object => ({ edu_type: "m.device_list_update", content: { user_id: eve, ...content } });
const keysOf = async (userId: string): Promise<Record<string, unknown>> => {
  const { body } = await a.requestAs<{ device_keys: Record<string, Record<string, unknown>> }>(alice, "POST", "/keys/query", {
    device_keys: { [userId]: [] },
    timeout: 5_000,
  });
  return body.device_keys[userId] ?? {};
};
const asked = (): number => peer.requests.filter(({ target }) => target.includes("/user/devices/")).length;
const toDevice = async (): Promise<readonly unknown[]> =>
  ((await a.requestAs(alice, "GET", "/sync")).body["to_device"]?.["events"] ?? []) as unknown as readonly unknown[];

it("devices, remoteDevicesBytes: of a user with more the first are kept", async () => {
  const many = Array.from({ length: limits.devices.value + 5 }, (_, i) => device(`D${i}`));
  peer.answers.set("/user/devices/", list(1, many));
  expect(Object.keys(await keysOf(eve))).toHaveLength(limits.devices.value);
  // And no update makes them more.
  await peer.send(a, [], [update({ device_id: "MORE", stream_id: 2, prev_id: [1], keys: (device("MORE") as { keys: object }).keys })]);
  await peer.send(a, [], [update({ device_id: "D0", stream_id: 3, prev_id: [2], deleted: true })]);
  await peer.send(a, [], [update({ device_id: "NEW", stream_id: 4, prev_id: [3], keys: (device("NEW") as { keys: object }).keys })]);
  const kept = Object.keys(await keysOf(eve));
  expect(kept).toHaveLength(limits.devices.value);
  expect(kept).toContain("NEW");
  expect(kept).not.toContain("MORE");
  expect(asked()).toBe(1);
  const large = Array.from({ length: 100 }, (_, i) => device(`L${i}`, { padding: "x".repeat(60_000) }));
  peer.answers.set("/user/devices/", list(9, large));
  await peer.send(a, [], [update({ device_id: "L0", stream_id: 9, prev_id: [8] })]);
  await until(async () => Object.hasOwn(await keysOf(eve), "L0"));
  const bytes = JSON.stringify(await keysOf(eve)).length;
  expect(bytes).toBeLessThan(limits.remoteDevicesBytes.value + 65_536);
  expect(bytes).toBeGreaterThan(limits.remoteDevicesBytes.value / 2);
  // Nor does an update bring them over it.
  const changed = device("HUGE", { padding: "x".repeat(60_000) }) as { keys: object };
  await peer.send(a, [], [update({ device_id: "HUGE", stream_id: 10, prev_id: [9], keys: changed.keys })]);
  await peer.send(a, [], [update({ device_id: "HUGE2", stream_id: 11, prev_id: [10], keys: changed.keys })]);
  expect(Object.keys(await keysOf(eve)).filter((id) => id.startsWith("HUGE"))).toEqual([]);
});

it("a change that comes while the list is read has it read again", async () => {
  let read = 0;
  let show = (): void => {};
  const shown = new Promise<void>((resolve) => (show = resolve));
  peer.answers.set("/user/devices/", async () => {
    if (++read > 1) {
      await shown;
      return list(2, [device("ONE"), device("TWO")])();
    }
    await peer.send(a, [], [update({ device_id: "TWO", stream_id: 2, prev_id: [1], keys: (device("TWO") as { keys: object }).keys })]);
    return list(1, [device("ONE")])();
  });
  expect(Object.keys(await keysOf(eve))).toEqual(["ONE"]);
  show();
  await until(async () => Object.hasOwn(await keysOf(eve), "TWO"));
  expect(read).toBe(2);
});

it("deviceListsRead: of more users of a server the lists are read later, and their keys come in one answer", async () => {
  const users = Array.from({ length: limits.deviceListsRead.value + 5 }, (_, i) => `@u${i}:peer.example`);
  for (const user of users) await peer.join(a, room, user, rules, version);
  const keys = (userId: string): object => ({
    D: { user_id: userId, device_id: "D", algorithms: [], keys: { "ed25519:D": "key" }, signatures: {} },
  });
  peer.answers.set("/user/keys/query", ({ body }) => {
    const wanted = Object.keys((JSON.parse(body ?? "{}") as { device_keys: object }).device_keys);
    return { status: 200, body: { device_keys: Object.fromEntries(wanted.map((userId) => [userId, keys(userId)])) } };
  });
  peer.answers.set("/user/devices/", ({ target }) => {
    const userId = decodeURIComponent(target.split("/").at(-1) ?? "");
    const devices = Object.entries(keys(userId)).map(([deviceId, found]) => ({ device_id: deviceId, keys: found as object }));
    return { status: 200, body: { user_id: userId, stream_id: 1, devices } };
  });
  const query = Object.fromEntries(users.map((userId) => [userId, []]));
  const { body } = await a.requestAs<{ device_keys: Record<string, object> }>(alice, "POST", "/keys/query", { device_keys: query });
  expect(Object.keys(body.device_keys).toSorted()).toEqual(users.toSorted());
  const queried = peer.requests.filter(({ target }) => target.includes("/user/keys/query"));
  expect(queried).toHaveLength(1);
  expect(Object.keys((JSON.parse(queried[0]?.body ?? "{}") as { device_keys: object }).device_keys)).toHaveLength(5);
  await until(async () => asked() === users.length);
  await a.requestAs(alice, "POST", "/keys/query", { device_keys: query });
  expect(peer.requests.filter(({ target }) => target.includes("/user/keys/query"))).toHaveLength(1);
});

it("an update that follows another than is known has the whole list read again, also after a failure", async () => {
  peer.answers.set("/user/devices/", list(1, [device("ONE")]));
  expect(Object.keys(await keysOf(eve))).toEqual(["ONE"]);
  peer.answers.set("/user/devices/", () => ({ status: 500, body: { errcode: "M_UNKNOWN" } }));
  await peer.send(a, [], [update({ device_id: "THREE", stream_id: 3, prev_id: [2] })]);
  await until(async () => asked() === 2);
  // What was known is shown, with the failure beside.
  const { body } = await a.requestAs(alice, "POST", "/keys/query", { device_keys: { [eve]: [] } });
  expect(Object.keys(body["failures"] ?? {})).toEqual(["peer.example"]);
  expect(Object.keys(body["device_keys"]?.[eve] ?? {})).toEqual(["ONE"]);
  peer.answers.set("/user/devices/", list(3, [device("ONE"), device("THREE")]));
  const since = (await a.requestAs(alice, "GET", "/sync")).body["next_batch"];
  await peer.request(a, "GET", "/_matrix/federation/v1/query/profile?user_id=@alice:a.example");
  await peer.send(a, [], [update({ device_id: "THREE", stream_id: 3, prev_id: [2] })]);
  await until(async () => Object.hasOwn(await keysOf(eve), "THREE"));
  const lists = (await a.requestAs(alice, "GET", `/sync?since=${since}`)).body["device_lists"];
  expect(lists?.["changed"]).toEqual([eve]);
});

it("no server speaks for another's users, or lists devices that are not the user's", async () => {
  peer.answers.set(
    "/user/devices/",
    list(1, [device("MINE"), device("FORGED", { user_id: alice.userId }), device("OTHER", { device_id: "ELSE" })]),
  );
  expect(Object.keys(await keysOf(eve))).toEqual(["MINE"]);
  const since = (await a.requestAs(alice, "GET", "/sync")).body["next_batch"];
  const forged = [
    update({ user_id: alice.userId, device_id: "X", stream_id: 1, prev_id: [0] }),
    update({ user_id: "@mallory:third.example", device_id: "X", stream_id: 1, prev_id: [0] }),
    update({ device_id: 7, stream_id: 2, prev_id: [1] }),
    update({ device_id: "X", stream_id: "2", prev_id: [1] }),
    update({ device_id: "X", stream_id: 2, prev_id: "1" }),
    { edu_type: "m.signing_key_update", content: { user_id: alice.userId, master_key: {} } },
    {
      edu_type: "m.direct_to_device",
      content: { sender: "@mallory:third.example", type: "t", message_id: "1", messages: { [alice.userId]: { "*": {} } } },
    },
    { edu_type: "m.direct_to_device", content: { sender: eve, type: "t", messages: { [alice.userId]: { "*": {} } } } },
    { edu_type: "m.direct_to_device", content: { sender: eve, type: 1, message_id: "2", messages: { [alice.userId]: { "*": {} } } } },
    {
      edu_type: "m.direct_to_device",
      content: { sender: eve, type: "t", message_id: "3", messages: { [alice.userId]: { "*": "text" }, "@nobody:a.example": { "*": {} } } },
    },
  ];
  expect(await peer.send(a, [], forged)).toMatchObject({ status: 200 });
  expect(await toDevice()).toEqual([]);
  const { body } = await a.requestAs(alice, "GET", `/sync?since=${since}`);
  expect(body["device_lists"]).toBeUndefined();
  expect(asked()).toBe(1);
});

it("toDeviceContentBytes, toDeviceTargets, toDeviceNameLength: what is larger is left out", async () => {
  const message = (id: string, messages: object, type = "t"): object => ({
    edu_type: "m.direct_to_device",
    content: { sender: eve, type, message_id: id, messages },
  });
  const targets = Object.fromEntries(Array.from({ length: limits.toDeviceTargets.value + 1 }, (_, i) => [`D${i}`, {}]));
  const sent = [
    message("1", { [alice.userId]: { [alice.deviceId]: { text: "x".repeat(limits.toDeviceContentBytes.value) } } }),
    message("2", { [alice.userId]: { ...targets, [alice.deviceId]: {} } }),
    message("3", { [alice.userId]: { [alice.deviceId]: {} } }, "t".repeat(limits.toDeviceNameLength.value + 1)),
    message("x".repeat(limits.toDeviceNameLength.value + 1), { [alice.userId]: { [alice.deviceId]: {} } }),
    message("5", { [alice.userId]: { [alice.deviceId]: { n: 5 } } }),
  ];
  expect(await peer.send(a, [], sent)).toMatchObject({ status: 200 });
  expect(await toDevice()).toEqual([{ type: "t", sender: eve, content: { n: 5 } }]);
});

it("directMessageBytes: messages to many devices go out in parts, each device once", async () => {
  const messages = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`D${i}`, { text: "x".repeat(20_000) }]));
  expect(await a.requestAs(alice, "PUT", "/sendToDevice/t/1", { messages: { [eve]: messages } })).toMatchObject({ status: 200 });
  const edus = (): { content: { message_id: string; messages: Record<string, object> } }[] =>
    peer.requests.flatMap(({ target, body }) =>
      target.includes("/send/") ? ((JSON.parse(body ?? "{}") as { edus?: never[] }).edus ?? []) : [],
    );
  const direct = (): ReturnType<typeof edus> => edus().filter(({ content }) => content.messages !== undefined);
  await until(async () => direct().length === 3);
  const sizes = direct().map(({ content }) => JSON.stringify(content.messages).length);
  expect(Math.max(...sizes)).toBeLessThan(limits.directMessageBytes.value + 20_100);
  expect(direct().flatMap(({ content }) => Object.keys(content.messages[eve] ?? {}))).toEqual(Object.keys(messages));
  expect(new Set(direct().map(({ content }) => content.message_id)).size).toBe(3);
});

it("receivedMessages: the IDs of the newest messages of a server are kept", async () => {
  let ts = 1;
  const server: ComposedHomeserver = await composed({ serverName: "c.example", clock: { now: () => ts++ } });
  try {
    const { core, e2ee } = server.parts;
    const registered = await fetch(`${server.url}/_matrix/client/v3/register`, {
      method: "POST",
      body: JSON.stringify({ username: "carol", password: "secret", auth: { type: "m.login.dummy" } }),
    });
    const { user_id: userId } = (await registered.json()) as { user_id: string };
    const kept = limits.receivedMessages.value;
    const receive = (n: number): Promise<void> =>
      e2ee.toDevice.receive("peer.example", { sender: eve, type: "t", message_id: `m${n}`, messages: { [userId]: { "*": { n } } } });
    const known = (n: number): ReturnType<typeof operation> => operation(insertReceivedMessage, "peer.example", `m${n}\n${eve}`, ts++);
    await core.store.commit(Array.from({ length: kept + 50 }, (_, n) => known(n)));
    for (let n = kept; n < kept + 200; n++) await receive(n);
    const isKnown = async (n: number): Promise<boolean> =>
      (await core.store.get(receivedMessage, "peer.example", `m${n}\n${eve}`)) !== undefined;
    expect(await isKnown(0)).toBe(false);
    expect(await isKnown(200)).toBe(true);
    expect(await isKnown(kept + 199)).toBe(true);
    // What was known to have come did not come again.
    const [device] = await core.store.all(devicesOfUser, (await core.users.find(userId)) ?? 0);
    const { json } = (await core.store.all(toDeviceUpTo, device?.device_nid ?? 0, Number.MAX_SAFE_INTEGER, 1))[0] ?? {};
    expect(json).toContain(`"n":${kept + 50}`);
  } finally {
    await server[Symbol.asyncDispose]();
  }
});
