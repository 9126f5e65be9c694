/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { describe, expect, it, vi } from "vitest";
import { type Bot, type BotOptions, createBot } from "@patrix/bot";
import { type Client, createClient, memoryStore, type Room, silentLogger } from "@patrix/client";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";

// Short pauses pass at once; those that only guard against waiting for ever never end.
const clock = {
  now: () => Date.now(),
  sleep: (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      signal?.addEventListener("abort", () => reject(signal.reason));
      if (ms < 5000) resolve();
    }),
};

interface Scene extends AsyncDisposable {
  readonly server: LocalHomeserver;
  readonly ann: Client;
  readonly bot: Bot;
  readonly running: Promise<void>;
  readonly stop: AbortController;
  /** A room of Ann's with the bot in it. */
  readonly room: Room;
  /** Says something and gives the next message of the bot. */
  ask(text: string): Promise<string | undefined>;
}

async function scene(prepare: (bot: Bot) => void, options: Partial<BotOptions> = {}): Promise<Scene> {
  const server = await localHomeserver(["ann", "bot"]);
  const ann = await createClient("example.org", { fetch: server.fetch, clock });
  await ann.login.password("ann", "ann-password");
  await ann.start();
  const bot = await createBot("example.org", {
    user: "bot",
    password: "bot-password",
    fetch: server.fetch,
    clock,
    logger: silentLogger,
    ...options,
  });
  prepare(bot.autojoin());
  const stop = new AbortController();
  const running = bot.start(stop);
  const room = await ann.rooms.create({ invite: [bot.client.userId], version: "11" });
  await room.info.until((own) => own.members.get(bot.client.userId)?.membership === "join");
  const ask = async (text: string): Promise<string | undefined> => {
    const answers = room.events("m.room.message")[Symbol.asyncIterator]();
    await room.send.text(text);
    for (;;) {
      const { value: event, done } = await answers.next();
      if (done === true) return undefined;
      if (event.isOwn) continue;
      await answers.return?.();
      return event.text;
    }
  };
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
    await ann[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  };
  return { server, ann, bot, running, stop, room, ask, [Symbol.asyncDispose]: end };
}

describe("a bot", () => {
  it("joins and echoes, and hears neither itself, notices, edits nor what was said before it joined", async () => {
    const heard: (string | undefined)[] = [];
    await using own = await scene((bot) =>
      bot.onMessage(({ event, reply }) => {
        heard.push(event.text);
        return event.text && reply.text(event.text);
      }),
    );
    expect(await own.ask("one")).toBe("one");
    await own.room.send.notice("a notice");
    const sent = await own.room.event(await own.room.send.text("two"));
    await sent.edit.text("three");
    expect(await own.ask("four")).toBeDefined();
    await own.room.info.until(() => heard.includes("four"));
    expect(heard).toEqual(["one", "two", "four"]);
  });

  it("runs commands with typed arguments, and explains them", async () => {
    await using own = await scene((bot) => {
      bot.command(
        "remind",
        "<when:duration> [who:user] <...text>",
        ({ args, reply }) => reply.text(`${args.who ?? "you"} ${args.text} ${args.when}`),
        { help: "reminds" },
      );
      bot.command("ban", "<who:user>", ({ reply }) => reply.text("banned"), { powerLevel: 101 });
      bot.command("Bye", "", ({ reply }) => reply.text("bye"));
      bot.onMessage(({ reply }) => reply.text("no command"));
    });
    expect(await own.ask("!remind 5m @bob:example.org drink tea")).toBe("@bob:example.org drink tea 300000");
    expect(await own.ask("!REMIND 5m drink\ntea")).toBe("you drink\ntea 300000");
    expect(await own.ask("!remind soon")).toBe("when is no duration. Usage: !remind <when: duration> [who: user] <text…>");
    expect(await own.ask("!ban @x:y")).toBe("You need power level 101 for !ban.");
    expect(await own.ask("!help")).toBe("!remind <when: duration> [who: user] <text…>: reminds\n!Bye");
    expect(await own.ask("!bye")).toBe("bye");
    expect(await own.ask("!other")).toBe("no command");
    expect(() => own.bot.command("BYE", "", () => {})).toThrow("two commands");
  });

  it("runs middleware around handlers, and survives handlers that throw", async () => {
    const order: string[] = [];
    await using own = await scene((bot) =>
      bot
        .use(async ({ event }, next) => {
          order.push(`before ${event.text}`);
          if (event.text !== "secret") await next();
          order.push(`after ${event.text}`);
        })
        .hears(/t(.)a/i, ({ match, reply }) => reply.text(`heard ${match[1]}`))
        .hears("a+b", ({ reply }) => reply.text("sum"))
        .onMessage(({ event }) => {
          if (event.text === "boom") throw new Error("boom");
        }),
    );
    await own.room.send.text("boom");
    await own.room.send.text("secret tea".slice(0, 6));
    expect(await own.ask("TEA")).toBe("heard E");
    expect(await own.ask("is A+B c?")).toBe("sum");
    // What a handler throws passes through the middleware.
    expect(order.slice(0, 4)).toEqual(["before boom", "before secret", "after secret", "before TEA"]);
  });

  it("handles the messages of a room one after the other", async () => {
    const log: string[] = [];
    let onEnd: () => void = () => {};
    const end = new Promise<void>((resolve) => (onEnd = resolve));
    await using own = await scene((bot) =>
      bot.onMessage(async ({ event, reply }) => {
        log.push(`begin ${event.text}`);
        await reply.text(`re ${event.text}`);
        if (log.push(`end ${event.text}`) === 6) onEnd();
      }),
    );
    void own.room.send.text("1");
    void own.room.send.text("2");
    expect(await own.ask("3")).toBe("re 1");
    await end;
    expect(log).toEqual(["begin 1", "end 1", "begin 2", "end 2", "begin 3", "end 3"]);
  });

  it("joins only where those invite whom it trusts", async () => {
    await using own = await scene(() => {});
    await using choosy = await createBot("example.org", {
      user: "bot",
      password: "bot-password",
      fetch: own.server.fetch,
      clock,
      logger: silentLogger,
    });
    const bob = await createClient("example.org", { fetch: own.server.fetch, clock });
    await bob.register({ username: "bob", password: "x" });
    own.stop.abort();
    await own.running;
    choosy.autojoin({ from: ["@ann:example.org"] });
    const stop = new AbortController();
    const running = choosy.start(stop);
    const refused = await bob.rooms.create({ invite: [choosy.client.userId] });
    const accepted = await own.ann.rooms.create({ invite: [choosy.client.userId] });
    await accepted.info.until((room) => room.members.get(choosy.client.userId)?.membership === "join");
    expect(choosy.client.rooms.get(refused.id)?.membership).toBe("invite");
    stop.abort();
    await running;
  });

  it("logs in again when the server has forgotten it, and takes its session up from the store", async () => {
    const store = memoryStore();
    await using server = await localHomeserver(["bot"]);
    const options = { user: "bot", password: "bot-password", fetch: server.fetch, clock, logger: silentLogger, store };
    const first = await createBot("example.org", options);
    const { deviceId } = first.client.session.value!;
    server.requests.length = 0;
    const again = await createBot("example.org", options);
    expect([again.client.session.value?.deviceId, server.requests]).toEqual([deviceId, []]);
    const stop = new AbortController();
    const running = again.start(stop);
    await again.client.online.until((state) => state === "syncing");
    let ended = 0;
    server.intercept = async (path) => {
      if (path.endsWith("/sync") && ended === 0) {
        ended += 1;
        await server.endSessions();
      }
      return undefined;
    };
    // The sync that waits returns with the new room; the next one is refused.
    await again.client.rooms.create().catch(() => {});
    await again.client.session.until((session) => session !== undefined && session.deviceId !== deviceId);
    await again.client.online.until((state) => state === "syncing");
    stop.abort();
    await running;
  });

  it("says what is missing", async () => {
    await using server = await localHomeserver(["bot"]);
    await expect(createBot("example.org", { user: "bot", password: undefined, fetch: server.fetch })).rejects.toMatchObject({
      code: "MISSING_PASSWORD",
    });
    await expect(
      createBot("example.org", { user: "bot", password: "wrong", fetch: server.fetch, logger: silentLogger }),
    ).rejects.toMatchObject({
      errcode: "M_FORBIDDEN",
    });
  });

  it("stops on SIGTERM when what it handles is done", async () => {
    let aborted = false;
    const own = await scene((bot) =>
      bot.onMessage(async ({ signal, reply }) => {
        process.emit("SIGTERM");
        aborted = signal.aborted;
        await reply.text("last words");
      }),
    );
    expect(await own.ask("die")).toBe("last words");
    await own.running;
    expect([aborted, process.listenerCount("SIGTERM")]).toEqual([true, 0]);
    await own[Symbol.asyncDispose]();
  });
});

describe("the options of a bot", () => {
  it.each(["encryption", "perfix"])("are refused where they would do nothing: %s", async (name) => {
    await using server = await localHomeserver(["bot"]);
    const options = { user: "bot", password: "bot-password", fetch: server.fetch, [name]: "x" };
    await expect(createBot("example.org", options)).rejects.toMatchObject({
      code: "INVALID_OPTIONS",
      message: expect.stringMatching(`option ${name}:`),
    });
    expect(server.requests).toEqual([]);
  });
});

/** No pause lasts, neither does the one that stopping makes for handlers. */
const hasty = { now: () => Date.now(), sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };

describe("a bot that is let down", () => {
  it("answers once when it dies after answering and handles the message again", async () => {
    await using server = await localHomeserver(["ann", "bot"]);
    const logger = silentLogger;
    const ann = await createClient("example.org", { fetch: server.fetch, clock, logger });
    await ann.login.password("ann", "ann-password");
    await ann.start();
    const room = await ann.rooms.create({ invite: ["@bot:example.org"] });
    const store = memoryStore();
    const open = (): Promise<Bot> =>
      createBot("example.org", { user: "bot", password: "bot-password", fetch: server.fetch, clock: hasty, store, logger });
    const first = await open();
    let answered: () => void = () => {};
    const both = new Promise<void>((resolve) => (answered = resolve));
    first.autojoin().onMessage(async ({ reply }) => {
      await reply.text("one");
      await reply.event("m.room.message", { msgtype: "m.text", body: "two" });
      answered();
      // It dies before the handler ends.
      await new Promise(() => {});
    });
    await first.client.start();
    await room.info.until((own) => own.members.get(first.client.userId)?.membership === "join");
    const heard: (string | undefined)[] = [];
    room.on("m.room.message", (event) => event.isOwn || heard.push(event.text));
    await room.send.text("hello");
    await both;
    await first.client.stop();
    const second = await open();
    let repeated: () => void = () => {};
    const again = new Promise<void>((resolve) => (repeated = resolve));
    second.onMessage(async ({ event, reply }) => {
      await reply.text(event.text === "end" ? "three" : "one");
      if (event.text === "end") return;
      await reply.event("m.room.message", { msgtype: "m.text", body: "two" });
      repeated();
    });
    await second.client.start();
    await again;
    await room.send.text("end");
    await vi.waitUntil(() => heard.includes("three"), { interval: 5, timeout: 20_000 });
    expect(heard).toEqual(["one", "two", "three"]);
    await Promise.all([ann.stop(), second.client.stop()]);
  });

  it("ends when it is asked to, although a handler runs on and sends", async () => {
    let reached: () => void = () => {};
    const begun = new Promise<void>((resolve) => (reached = resolve));
    let open: () => void = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    let late: unknown;
    const own = await scene(
      (bot) =>
        bot.onMessage(async ({ reply }) => {
          reached();
          await gate;
          late = await reply.text("late").catch((error: unknown) => error);
        }),
      { clock: hasty },
    );
    await own.room.send.text("wait");
    await begun;
    process.emit("SIGTERM");
    await own.running;
    open();
    await new Promise((resolve) => setImmediate(resolve));
    expect([late, process.listenerCount("SIGTERM")]).toMatchObject([{ code: "STOPPED" }, 0]);
    await own[Symbol.asyncDispose]();
  });

  it("joins when a rate limit of any length is over, and gives up where it may not join", async () => {
    const hourMs = 3_600_000;
    const slept: number[] = [];
    const patient = {
      now: () => Date.now(),
      sleep: async (ms: number, signal?: AbortSignal) => (slept.push(ms), signal?.throwIfAborted()),
    };
    const server = await localHomeserver(["ann", "bot"]);
    const answers = [
      Response.json({ errcode: "M_LIMIT_EXCEEDED", error: "", retry_after_ms: hourMs }, { status: 429 }),
      Response.json({ errcode: "M_LIMIT_EXCEEDED", error: "", retry_after_ms: 2 * hourMs }, { status: 429 }),
    ];
    server.intercept = (path) => (path.includes("/join/") ? answers.shift() : undefined);
    const bot = await createBot("example.org", {
      user: "bot",
      password: "bot-password",
      fetch: server.fetch,
      clock: patient,
      logger: silentLogger,
    });
    await bot.autojoin().client.start();
    const ann = await createClient("example.org", { fetch: server.fetch, clock, logger: silentLogger });
    await ann.login.password("ann", "ann-password");
    await ann.start();
    const room = await ann.rooms.create({ invite: [bot.client.userId] });
    await room.info.until((own) => own.members.get(bot.client.userId)?.membership === "join");
    expect(slept).toEqual(expect.arrayContaining([hourMs, 2 * hourMs]));
    await Promise.all([ann.stop(), bot.client.stop()]);
    await server[Symbol.asyncDispose]();
  });

  it("goes along when a room is upgraded", async () => {
    await using own = await scene((bot) => bot.onMessage(({ event, reply }) => event.text && reply.text(event.text)));
    expect(await own.ask("here")).toBe("here");
    const replacement = await own.ann.rooms.create({ preset: "public" });
    await own.room.state.set("m.room.tombstone", { body: "moved", replacement_room: replacement.id });
    await replacement.info.until((room) => room.members.get(own.bot.client.userId)?.membership === "join");
  });
});
