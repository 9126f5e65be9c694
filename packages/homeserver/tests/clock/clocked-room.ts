// A public room of one user on each of some servers that go by one clock.
import { expect } from "vitest";
import {
  testFederation,
  type TestFederation,
  type TestFederationOptions,
  type TestHomeserver,
  type TestUser,
} from "../../src/testing/index.ts";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A user and the server that the user is on. */
export interface Member {
  readonly server: TestHomeserver;
  readonly user: TestUser;
}

export interface ClockedRoom extends TestFederation {
  readonly room: string;
  /** One of each server, in their order; the first has made the room. */
  readonly members: readonly Member[];
}

/** Boots some servers, and lets a user of each join a room of the first. */
export async function clockedRoom(options: TestFederationOptions = {}): Promise<ClockedRoom> {
  const federation = await testFederation(options);
  const members: Member[] = [];
  for (const server of federation.servers) members.push({ server, user: await server.register("user") });
  const [first = expect.unreachable()] = members;
  const room = await first.server.createRoom(first.user, { room_version: "11" });
  for (const { server, user } of members.slice(1)) {
    const joining = server.requestAs(user, "POST", `/join/${room}?via=${first.server.serverName}`, {});
    expect(await federation.clock.until(joining)).toMatchObject({ status: 200 });
  }
  await federation.clock.settle();
  return { ...federation, room, members };
}

/** The texts of a room's messages as a user reads them, oldest first. */
export async function textsOf({ server, user }: Member, room: string): Promise<string[]> {
  const { body } = await server.requestAs<{ readonly chunk: readonly { readonly content: { readonly body?: string } }[] }>(
    user,
    "GET",
    `/rooms/${room}/messages?dir=b&limit=1000`,
  );
  return body.chunk.flatMap(({ content }) => content.body ?? []).toReversed();
}

/** Sends a text. */
export async function say({ server, user }: Member, room: string, body: string): Promise<void> {
  const { status } = await server.requestAs(user, "PUT", `/rooms/${room}/send/m.room.message/${body}`, { msgtype: "m.text", body });
  expect(status).toBe(200);
}
