// Limits so large that what comes before the last step is put into the store.
import { expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { operation } from "../src/store/statement.ts";
import { updateKeyBackupCount } from "../src/store/statements/key-backup.ts";
import { composed } from "./remote/compose.ts";

it("backupKeys bounds the keys of a backup", async () => {
  await using server = await composed();
  const { core, accounts, e2ee } = server.parts;
  const { userNid } = await accounts.accounts.create({ localpart: "alice" });
  const version = await e2ee.keyBackups.create(userNid, "a", {});
  await core.store.commit([operation(updateKeyBackupCount, userNid, Number(version), 1, limits.backupKeys.value - 1)]);
  const key = { first_message_index: 0, forwarded_count: 0, is_verified: false, session_data: {} };
  const put = (sessionId: string): Promise<{ readonly count: number }> =>
    e2ee.keyBackups.put(userNid, version, [{ roomId: "!a:x", sessionId, key }]);
  expect((await put("last")).count).toBe(limits.backupKeys.value);
  await expect(put("one more")).rejects.toMatchObject({ code: "LIMIT_EXCEEDED", limit: "backupKeys" });
  expect((await put("last")).count).toBe(limits.backupKeys.value);
});
