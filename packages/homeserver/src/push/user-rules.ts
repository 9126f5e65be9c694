import { LruCache } from "@patrix/concurrency";
import { type CompiledRuleset, compileRuleset } from "@patrix/push-rules";
import { threadSubscriptions } from "@patrix/push-rules/unstable";
import type { Core } from "../log/core.ts";
import { lastCovered, type Position, shardOf } from "../log/position.ts";
import { operation } from "../store/statement.ts";
import { insertOwnPushRules, ownPushRules } from "../store/statements/notifications.ts";
import type { PushRules } from "./push-rules.ts";
import { serverRules } from "./server-rules.ts";

/** How many users' rules are kept ready. */
const COMPILED = 5_000;

/** Reads the IDs of the roots of the threads that a user follows; what it gives follows every change. */
export type FollowedThreads = (userNid: number) => Promise<ReadonlySet<string>>;

const followsNone: FollowedThreads = async () => new Set();

interface UserRulesParts {
  readonly core: Core;
  readonly rules: Pick<PushRules, "read">;
  readonly followedThreads: FollowedThreads;
}

/** The push rules of users, ready to be evaluated, and who has rules of their own. */
export class UserRules {
  readonly #core: Core;
  readonly #rules: Pick<PushRules, "read">;
  readonly #followedThreads: FollowedThreads;
  /** Since when users have rules of their own, by shard. Whoever has once had any counts as one of them for good. */
  readonly #ownSince: Map<number, Position[]>;
  readonly #compiled = new LruCache<number, Promise<CompiledRuleset>>(COMPILED);

  private constructor({ core, rules, followedThreads }: UserRulesParts, ownSince: Map<number, Position[]>) {
    this.#core = core;
    this.#rules = rules;
    this.#followedThreads = followedThreads;
    this.#ownSince = ownSince;
  }

  /** Opens the rules of a store. */
  static async open(core: Core, rules: Pick<PushRules, "read">, followedThreads: FollowedThreads = followsNone): Promise<UserRules> {
    const ownSince = new Map<number, Position[]>();
    for (const { user_nid: nid, shard, since_pos: pos } of await core.store.all(ownPushRules)) {
      const since = ownSince.get(nid) ?? [];
      since[shard] = pos;
      ownSince.set(nid, since);
    }
    return new UserRules({ core, rules, followedThreads }, ownSince);
  }

  /** Whether anybody has rules of their own. */
  get anyOwn(): boolean {
    return this.#ownSince.size > 0;
  }

  /** The position of a shard after which a user has rules of their own; beyond every position for one who has none. */
  ownSince(userNid: number, shard: number): Position {
    return this.#ownSince.get(userNid)?.[shard] ?? Number.MAX_SAFE_INTEGER;
  }

  /** Whether a user had rules of their own when something came to a position. */
  hadOwn(userNid: number, pos: Position): boolean {
    const since = this.#ownSince.get(userNid);
    return since !== undefined && pos > (since[shardOf(pos)] ?? 0);
  }

  /** The rules of a user. */
  compiled(userNid: number, userId: string): Promise<CompiledRuleset> {
    const known = this.#compiled.get(userNid);
    if (known) return known;
    const compiled = this.#compile(userNid, userId);
    this.#compiled.set(userNid, compiled);
    compiled.catch(() => this.#compiled.delete(userNid));
    return compiled;
  }

  /** Notes that a user has other rules than the predefined ones for whatever comes from here on. */
  async noteOwn(userNid: number): Promise<void> {
    if (this.#ownSince.has(userNid)) return;
    const { log } = this.#core;
    const cut = log.committed;
    const since = cut.map((_, shard) => lastCovered(cut, shard));
    this.#ownSince.set(userNid, since);
    await log.append({
      positions: [],
      operations: since.map((pos, shard) => operation(insertOwnPushRules, userNid, shard, pos)),
      revert: () => this.#ownSince.delete(userNid),
    });
  }

  /** Drops the rules of a user that are kept ready, since they have changed. */
  forget(userNid: number): void {
    this.#compiled.delete(userNid);
  }

  async #compile(userNid: number, userId: string): Promise<CompiledRuleset> {
    if (!this.#ownSince.has(userNid)) return compileRuleset(serverRules(userId));
    const rules = await this.#rules.read(userNid, userId);
    if (!("postcontent" in rules)) return compileRuleset(rules);
    const followed = await this.#followedThreads(userNid);
    return compileRuleset(
      rules,
      threadSubscriptions((rootId) => followed.has(rootId)),
    );
  }
}
