import { matrixError } from "@patrix/api";
import { KeyedQueue } from "@patrix/concurrency";
import { mergePredefinedRules, predefinedRules, PushRulesError, Ruleset } from "@patrix/push-rules";
import { type Core, shardOfUser } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import { accountDataOf, upsertAccountData } from "../store/statements/account-data.ts";

const TYPE = "m.push_rules";
/** The most bytes that a user's rules may take. */
const MAX_RULESET_BYTES = 262_144;

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

  /** Stores the predefined rules of a new user. */
  store(userNid: number, ruleset: Ruleset): Promise<void> {
    const json = JSON.stringify({ global: ruleset });
    if (json.length > MAX_RULESET_BYTES) throw matrixError("M_TOO_LARGE", `the push rules would exceed ${MAX_RULESET_BYTES} bytes`);
    const pos = this.#core.log.next(shardOfUser(this.#core, userNid));
    return this.#core.log.append({
      positions: [pos],
      operations: [operation(upsertAccountData, userNid, 0, TYPE, json, pos)],
      publish: () => this.#core.wakeUps.touch([userNid]),
    });
  }

  /** Changes the rules of a user; changes of one user happen one after the other. @throws {MatrixError} For a change that is not allowed. */
  change(userNid: number, userId: string, change: (ruleset: Ruleset) => Ruleset): Promise<void> {
    return this.#changes.run(userNid, async () => this.store(userNid, applied(change, await this.read(userNid, userId))));
  }
}

function applied(change: (ruleset: Ruleset) => Ruleset, ruleset: Ruleset): Ruleset {
  try {
    return change(ruleset);
  } catch (error) {
    if (!(error instanceof PushRulesError)) throw error;
    const missing = error.code === "RULE_NOT_FOUND" || error.code === "RELATIVE_RULE_NOT_FOUND";
    throw matrixError(missing ? "M_NOT_FOUND" : error.code === "MISSING_PATTERN" ? "M_MISSING_PARAM" : "M_INVALID_PARAM", error.message);
  }
}
