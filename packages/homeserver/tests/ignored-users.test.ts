/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What comes from users who are ignored: it is not told, so it does not count either.
import { expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";

interface Counts {
  readonly notification_count: number;
  readonly highlight_count: number;
}

async function counts(server: TestHomeserver, user: TestUser, room: string): Promise<Counts | undefined> {
  const { body } = await server.requestAs<{
    rooms?: { join?: Record<string, { unread_notifications: Counts }> };
  }>(user, "GET", "/sync");
  return body.rooms?.join?.[room]?.unread_notifications;
}

it("counts for nobody who ignores them, in rooms, as mention and in the list, and counts again afterwards", async () => {
  await using server = await testHomeserver();
  const [alice, bob, eve] = [await server.register("alice"), await server.register("bob"), await server.register("eve")];
  const room = await server.createRoom(alice);
  for (const user of [bob, eve]) await server.requestAs(user, "POST", `/join/${room}`, {});
  const say = async (by: TestUser, body: string): Promise<void> => {
    const content = { msgtype: "m.text", body, "m.mentions": { user_ids: [alice.userId] } };
    expect(await server.requestAs(by, "PUT", `/rooms/${room}/send/m.room.message/${body}`, content)).toMatchObject({ status: 200 });
  };
  const ignore = async (...users: TestUser[]): Promise<void> => {
    const content = { ignored_users: Object.fromEntries(users.map(({ userId }) => [userId, {}])) };
    const path = `/user/${alice.userId}/account_data/m.ignored_user_list`;
    expect(await server.requestAs(alice, "PUT", path, content)).toMatchObject({ status: 200 });
  };
  await ignore(eve);
  await say(eve, "unheard");
  expect(await counts(server, alice, room)).toEqual({ notification_count: 0, highlight_count: 0 });
  // Bob ignores nobody.
  expect((await counts(server, bob, room))?.notification_count).toBe(1);
  await say(bob, "heard");
  expect(await counts(server, alice, room)).toEqual({ notification_count: 1, highlight_count: 1 });
  const { body } = await server.requestAs<{ notifications: { event: { content: { body?: string } } }[] }>(alice, "GET", "/notifications");
  expect(body.notifications.map(({ event }) => event.content.body).filter(Boolean)).toEqual(["heard"]);
  await ignore();
  await say(eve, "heard again");
  expect(await counts(server, alice, room)).toEqual({ notification_count: 2, highlight_count: 2 });
});
