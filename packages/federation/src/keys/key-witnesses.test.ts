import { type JsonObject, signingKeyFromSeed, signJson } from "@patrix/signatures";
import { beforeEach, expect, it } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import type { StoredServerKeys } from "./key-store.ts";
import { KeyWitnesses } from "./key-witnesses.ts";
import { buildServerKeys } from "./own-server-keys.ts";

const hour = 3_600_000;
const key = signingKeyFromSeed(new Uint8Array(32).fill(1), "ed25519:1");
const stranger = signingKeyFromSeed(new Uint8Array(32).fill(2), "ed25519:2");

let clock: FakeClock;
let answer: readonly unknown[] | undefined;
let queries: unknown[];
let witnesses: KeyWitnesses;
beforeEach(() => {
  clock = new FakeClock();
  answer = undefined;
  queries = [];
  const queryNotary = async (witness: string, { server_keys: wanted }: { readonly server_keys: object }): Promise<readonly unknown[]> => {
    queries.push([witness, wanted]);
    await Promise.resolve();
    if (!answer) throw new Error("unreachable");
    return answer;
  };
  witnesses = new KeyWitnesses({ fetchServerKeys: () => expect.unreachable(), queryNotary }, clock);
});

const published = (validForMs: number, current = [key]): JsonObject => ({
  ...buildServerKeys({ serverName: "a.org", current, validUntilTs: clock.now() + validForMs }),
});
/** What was known an hour ago, for half an hour. */
const outdated = (): StoredServerKeys => ({
  keys: { "ed25519:1": { key: key.publicKey, validUntilTs: clock.now() - hour / 2 } },
  fetchedTs: clock.now() - hour,
  response: {},
});
const wanted = (keyId = "ed25519:1") => [{ server: "a.org", keyId, minimumValidUntilTs: clock.now() }];
const validUntil = async (known = outdated()): Promise<number | undefined> =>
  (await witnesses.ask("w.org", known, wanted()))?.keys["ed25519:1"]?.validUntilTs;

it("learns how long a key that is known is valid, as its server has said, and asks for just that", async () => {
  answer = [published(hour)];
  expect(await validUntil()).toBe(clock.now() + hour);
  expect(queries).toEqual([["w.org", { "a.org": { "ed25519:1": { minimum_valid_until_ts: clock.now() } } }]]);
});

it("takes a witness's word for an hour at most: its server is asked again then", async () => {
  answer = [published(24 * hour)];
  expect(await validUntil()).toBe(clock.now() + hour);
});

it.each<[string, () => readonly unknown[]]>([
  ["what somebody else has signed in the server's name", () => [published(hour, [stranger])]],
  [
    "what lists the known key and is signed by another one that it lists",
    () => {
      const { signatures: _, ...listed } = published(hour, [key, stranger]);
      return [signJson(listed, "a.org", stranger)];
    },
  ],
  ["what was changed", () => [{ ...published(hour), valid_until_ts: clock.now() + 2 * hour }]],
  ["what is valid for no longer", () => [published(-hour)]],
  ["keys of another server", () => [{ ...published(hour), server_name: "b.org" }]],
  ["what is no response", () => [null, 7, {}, []]],
])("believes no witness: %s", async (_, given) => {
  answer = given();
  expect(await validUntil()).toBeUndefined();
  expect(queries).toHaveLength(1);
});

it("takes no key from a witness that was not known, and brings none back that was retired", async () => {
  answer = [published(hour, [key, stranger])];
  expect(Object.keys((await witnesses.ask("w.org", outdated(), wanted()))?.keys ?? {})).toEqual(["ed25519:1"]);
  const retired = { "ed25519:1": { key: key.publicKey, validUntilTs: clock.now() - hour, expiredTs: clock.now() - hour } };
  clock.advance(hour);
  expect(
    await witnesses.ask(
      "w.org",
      { ...outdated(), keys: { ...outdated().keys, "ed25519:2": { key: "AAAA", validUntilTs: 0 }, ...retired } },
      [...wanted(), ...wanted("ed25519:2")],
    ),
  ).toBeUndefined();
});

it("asks nobody about a key that is not known, that is good enough, or that is the witness's own; and each not again within a minute", async () => {
  answer = [published(hour)];
  expect(await witnesses.ask("w.org", outdated(), wanted("ed25519:2"))).toBeUndefined();
  expect(await witnesses.ask("a.org", outdated(), wanted())).toBeUndefined();
  const good = { ...outdated(), keys: { "ed25519:1": { key: key.publicKey, validUntilTs: clock.now() } } };
  expect(await witnesses.ask("w.org", good, wanted())).toBeUndefined();
  expect(queries).toEqual([]);
  answer = undefined;
  for (let i = 0; i < 5; i++) expect(await validUntil()).toBeUndefined();
  expect(queries).toHaveLength(1);
  clock.advance(60_000);
  answer = [published(hour)];
  expect(await validUntil()).toBe(clock.now() + hour);
});

it("looks at few answers", async () => {
  answer = [...Array.from({ length: 1_000 }, () => ({})), published(hour)];
  expect(await validUntil()).toBeUndefined();
});
