import { createBot } from "@patrix/bot";
import type { RoomAlias, UserId } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { addCommands } from "./commands.ts";
import { Moderation } from "./moderation.ts";

// Whose invites it takes, and where it takes commands.
const owner = (process.env.OWNER ?? "@owner:example.org") as UserId;
const control = (process.env.CONTROL ?? "#moderators:example.org") as RoomAlias;

const bot = await createBot("example.org", {
  user: "guard",
  password: process.env.PW,
  store: sqliteStore(process.env.STORE ?? "./guard.db", { passphrase: process.env.STORE_KEY }),
});
const stop = new AbortController();
const moderation = new Moderation(bot.client, stop.signal);
bot.autojoin({ from: [owner] });
addCommands(bot, moderation);
const running = bot.start();
moderation.start(control).catch((error: unknown) => console.error("cannot moderate", error));
await running.finally(() => stop.abort());
