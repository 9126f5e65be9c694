import { it } from "vitest";
import type { AnyBody, TestHomeserver, TestResponse, TestUser } from "@patrix/homeserver/testing";

/** The prefix of the client-server API. */
export const client = "/_matrix/client/v3";

/** An answer of a test homeserver. */
export type Answer = Promise<TestResponse<AnyBody>>;

/** Sends requests as somebody; paths below {@link client}. */
export type Send = (method: string, path: string, body?: unknown) => Answer;

/** A test for a published advisory, under its number in the table of advisories. */
export function advisory(row: number, title: string, test: () => void | Promise<void>): void {
  it(`#${row} ${title}`, test);
}

/** Sends as a user. */
export function as(server: TestHomeserver, user: TestUser): Send {
  return (method, path, body) => server.request(method, client + path, body, user.accessToken);
}

/** The proof of who knows a user's password. */
export function secret(user: Pick<TestUser, "userId">, password = "secret"): object {
  return { type: "m.login.password", identifier: { type: "m.id.user", user: user.userId }, password };
}

/** Makes a room. */
export async function createRoom(send: Send, more: object = {}): Promise<string> {
  return String((await send("POST", "/createRoom", more)).body["room_id"]);
}

let sent = 0;

/** Says something, and gives the event ID. */
export async function say(send: Send, room: string, body: string): Promise<string> {
  const answer = await send("PUT", `/rooms/${room}/send/m.room.message/${sent++}`, { msgtype: "m.text", body });
  return String(answer.body["event_id"]);
}
