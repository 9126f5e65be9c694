import type { Bot, CommandOptions, Ctx } from "@patrix/bot";
import type { Moderation } from "./moderation.ts";

/** Who may command: moderators of the control room. */
const powerLevel = 50;

/** Adds the commands, which are heard in the control room only. */
export function addCommands(bot: Bot, moderation: Moderation): void {
  const say = (ctx: Ctx<object>, text: string): PromiseLike<unknown> => ctx.reply.notice(text);
  const option = (help: string): CommandOptions => ({ help, powerLevel });
  bot.use(async (ctx, next) => {
    if (ctx.room.id !== moderation.control) return;
    await next().catch((error: unknown) => say(ctx, `That did not work: ${error instanceof Error ? error.message : String(error)}`));
  });
  bot.command(
    "watch",
    "<list:room>",
    async (ctx) => say(ctx, `Watching ${(await moderation.watch(ctx.args.list)).name}.`),
    option("bans whom a policy list bans"),
  );
  bot.command(
    "unwatch",
    "<list:room>",
    async (ctx) => {
      await moderation.unwatch(ctx.args.list);
      await say(ctx, "Not watching it any more. Who is banned stays so.");
    },
    option("follows a list no longer"),
  );
  bot.command(
    "protect",
    "<where:room>",
    async (ctx) => say(ctx, await moderation.protect(ctx.args.where)),
    option("applies the rules in a room"),
  );
  bot.command(
    "unprotect",
    "<where:room>",
    async (ctx) => {
      await moderation.unprotect(ctx.args.where);
      await say(ctx, "Not protecting it any more.");
    },
    option("leaves a room alone"),
  );
  bot.command(
    "ban",
    "<who:user> [...reason]",
    async (ctx) => say(ctx, `Banned from ${await moderation.ban(ctx.args.who, ctx.args.reason ?? "")} rooms.`),
    option("bans somebody from all protected rooms"),
  );
  bot.command(
    "status",
    "",
    (ctx) => say(ctx, [`${moderation.lists.length} lists, ${moderation.rules.length} rules.`, ...moderation.status()].join("\n")),
    option("tells how things stand"),
  );
}
