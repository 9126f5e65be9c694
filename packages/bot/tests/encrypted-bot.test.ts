/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createBot } from "@patrix/bot";
import { createClient, silentLogger } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import { localHomeserver } from "@patrix/homeserver/testing";

describe("a bot in encrypted rooms", () => {
  it("answers after its recovery key alone, as a verified device, also after a restart", async () => {
    await using server = await localHomeserver(["bot", "boss"]);
    const common = { fetch: server.fetch, logger: silentLogger, encryption: true } as const;
    await using owner = await createClient("example.org", common);
    await owner.login.password("bot", "bot-password");
    const uia = () => ({ identifier: { type: "m.id.user", user: "bot" }, password: "bot-password" });
    const { recoveryKey } = await owner.encryption.setup({ uia });
    await using boss = await createClient("example.org", common);
    await boss.login.password("boss", "boss-password");
    await boss.start();
    const room = await boss.rooms.create({ encrypted: true });
    const answers: string[] = [];
    boss.on("m.room.message", (event) => void (event.isOwn || answers.push(event.text ?? "")));
    const folder = mkdtempSync(join(tmpdir(), "patrix-bot-"));
    try {
      for (const word of ["first", "second"]) {
        const stop = new AbortController();
        const store = sqliteStore(join(folder, "bot.db"), { passphrase: "sesame" });
        await using bot = await createBot("example.org", { ...common, user: "bot", password: "bot-password", recoveryKey, store });
        expect(bot.client.encryption.status.value.thisDevice).toBe("verified");
        bot.autojoin({ from: [boss.userId] });
        bot.command("echo", "<...text>", ({ args, reply }) => reply.text(`${args.text} indeed`));
        const running = bot.start({ signal: stop.signal });
        if (word === "first") {
          await room.members.invite("@bot:example.org");
          await expect.poll(() => room.members.get("@bot:example.org")?.membership, { timeout: 20_000 }).toBe("join");
        }
        await room.send.text(`!echo ${word}`);
        await expect.poll(() => answers, { timeout: 20_000 }).toContain(`${word} indeed`);
        stop.abort();
        await running;
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says so when the recovery key is not the one of the account", async () => {
    await using server = await localHomeserver(["bot"]);
    const options = { fetch: server.fetch, logger: silentLogger, encryption: true, user: "bot", password: "bot-password" };
    await expect(createBot("example.org", { ...options, recoveryKey: "EsTx" })).rejects.toMatchObject({ code: "NO_SECRET_STORAGE" });
  });
});
