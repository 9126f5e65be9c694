import { KeyedQueue } from "@patrix/concurrency";
import { mergePredefinedRules, predefinedRules, Ruleset } from "@patrix/push-rules";
import { requireWithin } from "../errors.ts";
import { type Core, shardOfUser } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import { accountDataOf, upsertAccountData } from "../store/statements/account-data.ts";

const TYPE = "m.push_rules";

/** The push rules of users: account data that only the push rule endpoints change. */
export class PushRules {
  readonly #core: Core;
  readonly #changes = new KeyedQueue<number>();

  constructor(core: Core) {
    this.#core = core;
  }

  /** Reads the rules of a user, the predefined ones included. */
  async read(userNid: number, userId: string): Promise<Ruleset> {
    const row = await this.#core.store.get(accountDataOf, userNid, 0, TYPE);
    if (!row) return predefinedRules(userId);
    const { global }: { global: unknown } = JSON.parse(row.json);
    return mergePredefinedRules(Ruleset.parse(global), userId);
  }

  /** Stores the rules of a user. @throws {LimitError} If they are too large. */
  store(userNid: number, ruleset: Ruleset): Promise<void> {
    const json = JSON.stringify({ global: ruleset });
    requireWithin("pushRulesBytes", Buffer.byteLength(json), "the push rules");
    const pos = this.#core.log.next(shardOfUser(this.#core, userNid));
    return this.#core.log.append({
      positions: [pos],
      operations: [operation(upsertAccountData, userNid, 0, TYPE, json, pos)],
      publish: () => this.#core.wakeUps.touch([userNid]),
    });
  }

  /** Changes the rules of a user; changes of one user happen one after the other. @throws {PushRulesError} For a change that is not allowed. */
  change(userNid: number, userId: string, change: (ruleset: Ruleset) => Ruleset): Promise<void> {
    return this.#changes.run(userNid, async () => this.store(userNid, change(await this.read(userNid, userId))));
  }
}
