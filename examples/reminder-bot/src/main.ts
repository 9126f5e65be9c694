import { createBot } from "@patrix/bot";
import { sqliteStore } from "@patrix/client/node";

const bot = await createBot("example.org", {
  user: "helper",
  password: process.env.PW,
  store: sqliteStore(process.env.STORE ?? "./bot.db", { passphrase: process.env.STORE_KEY }),
});
bot.autojoin({ from: ["@boss:example.org"] });
bot.command("remind", "<when:duration> [who:user] <...text>", async ({ args, reply }) => {
  const n: number = args.when;
  const who: `@${string}:${string}` | undefined = args.who;
  const t: string = args.text;
  await reply.text(`ok ${who ?? "you"}: "${t}" in ${n} ms`);
});
await bot.start();
