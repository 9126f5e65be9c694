// matrix-js-sdk's class for sliding sync, with the lists that a client of it would have, through a proxy that counts.
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { createClient, type MatrixClient, MsgType, NotificationCountType, Preset } from "matrix-js-sdk";
import { type MSC3575List, type MSC3575RoomSubscription, SlidingSync } from "matrix-js-sdk/lib/sliding-sync.js";
import type { RoomMessageEventContent } from "matrix-js-sdk/lib/types.js";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Login, logIn, registerAccount, waitUntil } from "./element-session.ts";
import { quiet } from "./quiet-logger.ts";
import { type LoggingProxy, startLoggingProxy } from "./logging-proxy.ts";

const password = "correct horse 1";
const everything: MSC3575RoomSubscription = { timeline_limit: 50, required_state: [["*", "*"]] };
const lists = (): Map<string, MSC3575List> =>
  new Map([
    ["invites", { ranges: [[0, 10]], timeline_limit: 1, required_state: [["*", "*"]], filters: { is_invite: true } }],
    ["rooms", { ranges: [[0, 1]], timeline_limit: 1, required_state: [["*", "*"]], filters: { is_invite: false } }],
  ]);

let server: TestHomeserver;
let proxy: LoggingProxy;
let alice: MatrixClient;
let bob: MatrixClient;
let bobs: SlidingSync;

function clientOf(login: Login): MatrixClient {
  const { user_id: userId, device_id: deviceId, access_token: accessToken } = login;
  return createClient({ baseUrl: proxy.url, userId, deviceId, accessToken, logger: quiet });
}

const text = (body: string): RoomMessageEventContent => ({ msgtype: MsgType.Text, body });
const bodiesOf = (roomId: string): unknown[] =>
  (bob.getRoom(roomId)?.getLiveTimeline().getEvents() ?? []).flatMap((event) => (event.getContent()["body"] as unknown) ?? []);

beforeAll(async () => {
  server = await testHomeserver();
  proxy = await startLoggingProxy(server.url);
  for (const name of ["alice", "bob"]) await registerAccount(proxy.url, name, password);
  [alice, bob] = [clientOf(await logIn(proxy.url, "alice", password)), clientOf(await logIn(proxy.url, "bob", password))];
}, 60_000);
afterAll(async () => {
  bob?.stopClient();
  await proxy?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

it("follows rooms by lists that slide, subscriptions and invites, and lets rooms go", { timeout: 60_000 }, async () => {
  const rooms: string[] = [];
  for (const name of ["First", "Second", "Third"]) {
    const { room_id: roomId } = await alice.createRoom({ preset: Preset.PublicChat, name });
    for (const body of ["one", "two", "three"]) await alice.sendMessage(roomId, text(`${name} ${body}`));
    await bob.joinRoom(roomId);
    rooms.push(roomId);
  }
  const [first = "", second = "", third = ""] = rooms;
  bobs = new SlidingSync(proxy.url, lists(), everything, bob, 20_000);
  await bob.startClient({ slidingSync: bobs });
  await waitUntil(() => bob.getRoom(third)?.name === "Third" && bob.getRoom(second)?.name === "Second");
  expect(bob.getRoom(first)).toBeNull();
  expect(bobs.getListData("rooms")?.joinedCount).toBe(3);
  // The window grows.
  bobs.setListRanges("rooms", [[0, 99]]);
  await waitUntil(() => bob.getRoom(first)?.name === "First");
  // A room that is opened gets its timeline at once.
  bobs.modifyRoomSubscriptions(new Set([second]));
  await waitUntil(() => bodiesOf(second).length === 3);
  expect(bodiesOf(second)).toEqual(["Second one", "Second two", "Second three"]);
  await alice.sendMessage(first, text("hello @bob"));
  await waitUntil(() => bodiesOf(first).includes("hello @bob"));
  await waitUntil(() => bob.getRoom(first)?.getUnreadNotificationCount(NotificationCountType.Total) === 1);
  const last = bob.getRoom(first)?.getLiveTimeline().getEvents().at(-1);
  if (last) await bob.sendReadReceipt(last);
  await waitUntil(() => bob.getRoom(first)?.getUnreadNotificationCount(NotificationCountType.Total) === 0);
  const { room_id: invited } = await alice.createRoom({ preset: Preset.PrivateChat, name: "Come in", invite: ["@bob:localhost"] });
  await waitUntil(() => bob.getRoom(invited)?.getMyMembership() === "invite");
  expect([bob.getRoom(invited)?.name, bobs.getListData("invites")?.joinedCount]).toEqual(["Come in", 1]);
  await bob.joinRoom(invited);
  await waitUntil(() => bob.getRoom(invited)?.getMyMembership() === "join");
  await alice.kick(invited, "@bob:localhost");
  await waitUntil(() => bob.getRoom(invited)?.getMyMembership() === "leave");
  await alice.setRoomName(third, "Renamed");
  await waitUntil(() => bob.getRoom(third)?.name === "Renamed");
  expect(proxy.tally().filter(([line]) => line.startsWith("5"))).toEqual([]);
  const unknown = proxy.requests.filter(({ path, status }) => path.includes("simplified_msc3575") && status !== 200);
  expect(unknown).toEqual([]);
});
