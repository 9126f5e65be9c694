import { expect, it } from "vitest";
import { isBetterBackup } from "./better-backup.ts";

const stored = { is_verified: false, first_message_index: 5, forwarded_count: 5 };

it.each([
  [{ ...stored }, false],
  [{ is_verified: true, first_message_index: 9, forwarded_count: 9 }, true],
  [{ ...stored, first_message_index: 4, forwarded_count: 9 }, true],
  [{ ...stored, first_message_index: 6, forwarded_count: 0 }, false],
  [{ ...stored, forwarded_count: 4 }, true],
  [{ ...stored, forwarded_count: 6 }, false],
])("compares verification first, then where a key starts, then how often it was forwarded: %j", (key, better) => {
  expect(isBetterBackup(key, stored)).toBe(better);
});

it("keeps a verified key whatever else an unverified one has", () => {
  const verified = { ...stored, is_verified: true };
  expect(isBetterBackup({ is_verified: false, first_message_index: 0, forwarded_count: 0 }, verified)).toBe(false);
});
