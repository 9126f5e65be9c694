import { type Clock, LruCache } from "@patrix/concurrency";
import { createVerifyKey, verifyJson } from "@patrix/signatures";
import { checkServerKeys } from "./check-server-keys.ts";
import type { KeySource } from "./key-source.ts";
import type { StoredKey, StoredServerKeys } from "./key-store.ts";
import { isGoodEnough, storedKey, type WantedKey } from "./wanted-key.ts";

/** How soon a server is asked again for what another one has published. */
const MIN_WAIT_MS = 60_000;
/** For how long a key is valid on the word of a witness, from now on: whoever has stolen one can make up what its server says, until that is asked. */
const MAX_EXTENSION_MS = 60 * 60_000;
/** How many such questions are remembered. */
const MAX_REMEMBERED = 10_000;
/** Most items of a response that are looked at. */
const MAX_ANSWERS = 4;

/**
 * Asks servers that nobody trusts for what others have published since: whoever hands on an event has checked it, and so has keys of whom it is
 * from. What it gives counts only for keys that are known already, which have to have signed it: it can say for how long they are valid, as their
 * own server has said, and nothing else.
 */
export class KeyWitnesses {
  readonly #source: KeySource;
  readonly #clock: Clock;
  readonly #asked = new LruCache<string, number>(MAX_REMEMBERED);

  constructor(source: KeySource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** What is known of a server's keys, with what a witness has of them; `undefined` where that is nothing new. It never rejects. */
  async ask(witness: string, known: StoredServerKeys, wanted: readonly WantedKey[]): Promise<StoredServerKeys | undefined> {
    const outdated = wanted.filter(({ keyId, minimumValidUntilTs }) => {
      const key = storedKey(known.keys, keyId);
      return key !== undefined && !isGoodEnough(key, minimumValidUntilTs);
    });
    const [server] = outdated.map((key) => key.server);
    if (server === undefined || server === witness) return undefined;
    const question = `${witness} ${server}`;
    const nowTs = this.#clock.now();
    if ((this.#asked.get(question) ?? 0) > nowTs) return undefined;
    this.#asked.set(question, nowTs + MIN_WAIT_MS);
    const criteria = Object.fromEntries(
      outdated.map(({ keyId, minimumValidUntilTs }) => [keyId, { minimum_valid_until_ts: minimumValidUntilTs }]),
    );
    const responses = await this.#source.queryNotary(witness, { server_keys: { [server]: criteria } }).catch(() => []);
    return responses
      .slice(0, MAX_ANSWERS)
      .reduce<StoredServerKeys | undefined>((found, response) => extended(found ?? known, response, { server, nowTs }) ?? found, undefined);
  }
}

/** The keys with the longer validity that a response of their server gives them; `undefined` where it gives none. */
function extended(
  known: StoredServerKeys,
  response: unknown,
  { server, nowTs }: { readonly server: string; readonly nowTs: number },
): StoredServerKeys | undefined {
  try {
    const checked = checkServerKeys(response, server, nowTs);
    const longer = Object.entries(known.keys).flatMap(([keyId, key]): [string, StoredKey][] => {
      const told = storedKey(checked.keys, keyId);
      const validUntilTs = Math.min(told?.validUntilTs ?? 0, nowTs + MAX_EXTENSION_MS);
      const isLonger = key.expiredTs === undefined && told?.expiredTs === undefined && validUntilTs > key.validUntilTs;
      // That some key of the response has signed it says nothing: whoever made it up has put that there.
      const hasSigned = isLonger && verifyJson(checked.response, server, [createVerifyKey(key.key, keyId)]).outcome === "valid";
      return hasSigned ? [[keyId, { ...key, validUntilTs }]] : [];
    });
    return longer.length === 0 ? undefined : { ...known, keys: { ...known.keys, ...Object.fromEntries(longer) } };
  } catch {
    return undefined;
  }
}
