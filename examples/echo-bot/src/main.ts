import { createBot } from "@patrix/bot";

const bot = await createBot("example.org", { user: "echo", password: process.env.PW });
bot.autojoin().onMessage(({ event, reply }) => event.text && reply.text(event.text));
await bot.start();
