import { KeyedQueue } from "@patrix/concurrency";
import { Ruleset } from "@patrix/push-rules";
import { requireWithin } from "../errors.ts";
import { serverRules, withServerRules } from "./server-rules.ts";

const TYPE = "m.push_rules";

/** Where rules are kept: the account data of users. */
export interface RulesStorage {
  read(key: { readonly userNid: number; readonly roomNid: number; readonly type: string }): Promise<string | undefined>;
  append(key: { readonly userNid: number; readonly roomNid: number; readonly type: string }, json: string): Promise<void>;
}

/** Hears of changes of rules, which wait for it. */
export interface RulesListener {
  readonly before: (userNid: number) => Promise<void>;
  readonly after: (userNid: number) => void;
}

/** The push rules of users: account data that only the push rule endpoints change. */
export class PushRules {
  readonly #accountData: RulesStorage;
  readonly #changes = new KeyedQueue<number>();
  readonly #listeners = new Set<RulesListener>();

  constructor(accountData: RulesStorage) {
    this.#accountData = accountData;
  }

  /** Calls before and after each change of rules. */
  onChange(listener: RulesListener): void {
    this.#listeners.add(listener);
  }

  /** Reads the rules of a user, the predefined ones included. */
  async read(userNid: number, userId: string): Promise<Ruleset> {
    const json = await this.#accountData.read({ userNid, roomNid: 0, type: TYPE });
    if (json === undefined) return serverRules(userId);
    const { global }: { global: unknown } = JSON.parse(json);
    return withServerRules(Ruleset.parse(global), userId);
  }

  /** Stores the rules of a user. @throws {LimitError} If they are too large. */
  async store(userNid: number, ruleset: Ruleset): Promise<void> {
    const json = JSON.stringify({ global: ruleset });
    requireWithin("pushRulesBytes", Buffer.byteLength(json), "the push rules");
    await this.#accountData.append({ userNid, roomNid: 0, type: TYPE }, json);
  }

  /** Changes the rules of a user; changes of one user happen one after the other. @throws {PushRulesError} For a change that is not allowed. */
  change(userNid: number, userId: string, change: (ruleset: Ruleset) => Ruleset): Promise<void> {
    return this.#changes.run(userNid, async () => {
      const changed = change(await this.read(userNid, userId));
      for (const { before } of this.#listeners) await before(userNid);
      await this.store(userNid, changed);
      for (const { after } of this.#listeners) after(userNid);
    });
  }
}
