/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for scripts */
// The demo of `npm start`: two accounts talk through our own client and bot, and what they said is validated.
import { createBot } from "@patrix/bot";
import { checkPayload } from "@patrix/cli";
import { createClient, MatrixError, type Room } from "@patrix/client";

/** What the demo accounts are called, and how one logs in as them. They exist on this machine only. */
export const ACCOUNTS = { person: "alice", bot: "echo", password: "patrix-demo" } as const;

/** What the demo did. */
export interface DemoResult {
  /** Who said what, in order. */
  conversation: { sender: string; text: string }[];
  roomId: string;
  /** How many events of the room were validated. */
  validated: number;
  /** Problems that validation found; empty if all is well. */
  problems: string[];
}

/** Plays the demo against a homeserver. The bot keeps running until `signal` is aborted. */
export async function playDemo(url: string, signal: AbortSignal): Promise<DemoResult> {
  for (const username of [ACCOUNTS.bot, ACCOUNTS.person]) await registerIfAbsent(url, username);
  const bot = await createBot(url, { user: ACCOUNTS.bot, password: ACCOUNTS.password });
  bot.autojoin().onMessage(({ event, reply }) => event.text && reply.text(`You said: ${event.text}`));
  // It ends when the signal is aborted; a failure shows in the demo, which then gets no answer.
  bot.start({ signal }).catch((error: unknown) => process.stderr.write(`patrix: the echo bot stopped: ${String(error)}\n`));
  await using client = await createClient(url);
  await client.login.password(ACCOUNTS.person, ACCOUNTS.password, { deviceName: "npm start" });
  await client.start();
  const room = await client.rooms.create({ name: "Hello, Patrix" });
  const joined = firstJoin(room, bot.client.userId);
  await room.members.invite(bot.client.userId);
  await joined;
  const answered = answerOf(room, bot.client.userId);
  await room.send.text("Hello, bot!");
  const answer = await answered;
  return {
    conversation: [
      { sender: client.userId, text: "Hello, bot!" },
      { sender: bot.client.userId, text: answer },
    ],
    roomId: room.id,
    ...(await validateRoom(url, room.id, client.session.value?.accessToken ?? "")),
  };
}

async function registerIfAbsent(url: string, username: string): Promise<void> {
  await using client = await createClient(url);
  try {
    await client.register({ username, password: ACCOUNTS.password });
    await client.logout();
  } catch (error) {
    if (!MatrixError.is(error, "M_USER_IN_USE")) throw error;
  }
}

const PATIENCE_MS = 15_000;

async function firstJoin(room: Room, userId: string): Promise<void> {
  for await (const event of room.events("m.room.member", { signal: AbortSignal.timeout(PATIENCE_MS) })) {
    if (event.sender.id === userId && event.content.membership === "join") return;
  }
  throw new Error("the bot did not join the room");
}

async function answerOf(room: Room, userId: string): Promise<string> {
  for await (const event of room.events("m.room.message", { signal: AbortSignal.timeout(PATIENCE_MS) })) {
    if (event.sender.id === userId) return event.text ?? "";
  }
  throw new Error("the bot did not answer");
}

/** Validates every event of the room as `patrix validate` does. */
async function validateRoom(url: string, roomId: string, token: string): Promise<Pick<DemoResult, "validated" | "problems">> {
  const response = await fetch(`${url}/_matrix/client/v3/rooms/${encodeURIComponent(roomId)}/messages?dir=b&limit=100`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const { events, issues } = checkPayload(await response.json(), { as: "getRoomEvents.response" });
  return { validated: events, problems: issues.map(({ pointer, message }) => `${pointer}: ${message}`) };
}
