import { afterEach, beforeEach, expect, it } from "vitest";
import { temporaryCore, type TemporaryCore } from "../../../tests/temporary-core.ts";
import { operation } from "../../store/statement.ts";
import { upsertSent } from "../../store/statements/federation.ts";
import { StoredBackoff } from "./stored-backoff.ts";

let opened: TemporaryCore;
beforeEach(async () => void (opened = await temporaryCore()));
afterEach(() => opened[Symbol.asyncDispose]());

const failed = { failures: 3, retryAtTs: 1_000 };

it("keeps which servers do not answer over a restart, of those that are sent to", async () => {
  await opened.core.log.append({ positions: [], operations: [operation(upsertSent, "known.example", "[]")] });
  const before = new StoredBackoff(opened.core);
  for (const server of ["known.example", "unknown.example"]) {
    expect(await before.load(server)).toBeUndefined();
    await before.save(server, failed);
    expect(await before.load(server)).toEqual(failed);
  }
  const after = new StoredBackoff(await opened.restart());
  expect(await after.load("known.example")).toEqual(failed);
  expect(await after.load("unknown.example")).toBeUndefined();
  await after.save("known.example", undefined);
  expect(await after.load("known.example")).toBeUndefined();
  expect(await new StoredBackoff(await opened.restart()).load("known.example")).toBeUndefined();
});
