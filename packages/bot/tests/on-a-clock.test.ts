/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// The bot of docs/guides/test-your-bot.md: a server, a bot and a user in one process, on one clock.
import { expect, it } from "vitest";
import { type Bot, createBot } from "@patrix/bot";
import { silentLogger } from "@patrix/client";
import { TestClock, testHomeserver } from "@patrix/homeserver/testing";

const HOUR_MS = 3_600_000;

/** Reminds people. */
async function reminder(server: string, options: { readonly fetch: typeof fetch; readonly clock: TestClock }): Promise<Bot> {
  const bot = await createBot(server, { user: "reminder", password: "secret", logger: silentLogger, ...options });
  bot.autojoin();
  bot.command("remind", "<when:duration> <...text>", async ({ args, reply }) => {
    await reply.text("I will.");
    await options.clock.sleep(args.when);
    await reply.text(`Now: ${args.text}`);
  });
  return bot;
}

it("a bot reminds after an hour on the clock, and goes on after an hour without its server", async () => {
  const clock = new TestClock();
  await using server = await testHomeserver({ clock });
  await server.register("reminder");
  const alice = await server.register("alice");
  let isAway = false;
  const reach: typeof fetch = (input, init) => (isAway ? Promise.reject(new TypeError("no route")) : server.fetch(input, init));
  const bot = await reminder(server.url, { fetch: reach, clock });
  const stopping = new AbortController();
  const running = bot.start({ signal: stopping.signal });
  const room = await server.createRoom(alice, { invite: ["@reminder:localhost"] });
  const say = (body: string): Promise<unknown> =>
    server.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/${encodeURIComponent(body)}`, { msgtype: "m.text", body });
  const heard = async (): Promise<unknown[]> => {
    const { body } = await server.requestAs<{ readonly chunk: readonly { readonly content: { readonly body?: string } }[] }>(
      alice,
      "GET",
      `/rooms/${room}/messages?dir=b&limit=10`,
    );
    return body.chunk.flatMap(({ content }) => content.body ?? []).toReversed();
  };
  const isThere = async (): Promise<boolean> =>
    Object.hasOwn((await server.requestAs(alice, "GET", `/rooms/${room}/joined_members`)).body["joined"] ?? {}, "@reminder:localhost");
  await clock.runUntil(isThere);
  await say("!remind 1h tea");
  await clock.runUntil(async () => (await heard()).length === 2);
  await clock.advance(HOUR_MS - 60_000);
  expect(await heard()).toEqual(["!remind 1h tea", "I will."]);
  await clock.advance(60_000);
  expect(await heard()).toEqual(["!remind 1h tea", "I will.", "Now: tea"]);
  isAway = true;
  await say("!remind 5m coffee");
  await clock.advance(HOUR_MS);
  expect(await heard()).toHaveLength(4);
  isAway = false;
  await clock.runUntil(async () => (await heard()).length === 6);
  expect((await heard()).slice(3)).toEqual(["!remind 5m coffee", "I will.", "Now: coffee"]);
  stopping.abort();
  await running.catch(() => {});
});
