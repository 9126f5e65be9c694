import { randomBytes } from "node:crypto";
import type { AuthenticationData, UiaStage } from "@patrix/api";
import { type Clock, LruCache } from "@patrix/concurrency";
import { AccountError } from "./errors.ts";
import { UiaChallenge } from "./uia-challenge.ts";

const SESSION_LIFETIME_MS = 15 * 60_000;
const MAX_SESSIONS = 10_000;

/** Checks what a client sends for a stage. @throws {AccountError} If it does not pass. */
export type StageCheck = (data: AuthenticationData & { readonly [member: string]: unknown }) => Promise<void> | void;

/** What must be authenticated. */
export interface UiaRequest {
  /** Names the operation and its user: a session passes for nothing else. */
  readonly operation: string;
  readonly auth: AuthenticationData | undefined;
  /** Each way to authenticate, as its stages. */
  readonly flows: readonly (readonly UiaStage[])[];
  readonly stages: Readonly<Record<string, StageCheck>>;
}

interface Session {
  readonly id: string;
  readonly operation: string;
  readonly expiresTs: number;
  readonly completed: Set<string>;
}

/**
 * User-Interactive Authentication: sessions of stages, in memory.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api}
 */
export class UserInteractiveAuth {
  readonly #clock: Clock;
  readonly #sessions = new LruCache<string, Session>(MAX_SESSIONS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns once a flow is complete. A single stage may come at once, without a session. @throws {UiaChallenge} If stages are missing. */
  async require({ operation, auth, flows, stages }: UiaRequest): Promise<void> {
    const known = this.#find(auth?.session, operation);
    const session = known ?? this.#create(operation);
    const challenge = (failure?: AccountError): UiaChallenge =>
      new UiaChallenge({ flows, completed: [...session.completed], session: session.id, failure });
    if (auth?.type !== undefined) {
      const check = flows.flat().includes(auth.type) ? stages[auth.type] : undefined;
      if (!check) throw challenge(new AccountError("UNKNOWN_STAGE", "auth.type: it is not a stage of any flow"));
      try {
        await check({ ...auth });
      } catch (error) {
        throw error instanceof AccountError ? challenge(error) : error;
      }
      session.completed.add(auth.type);
    }
    if (!flows.some((flow) => flow.every((stage) => session.completed.has(stage)))) throw challenge();
    this.#sessions.delete(session.id);
  }

  #find(id: string | undefined, operation: string): Session | undefined {
    const session = id === undefined ? undefined : this.#sessions.get(id);
    return session?.operation === operation && session.expiresTs > this.#clock.now() ? session : undefined;
  }

  #create(operation: string): Session {
    const id = randomBytes(18).toString("base64url");
    const session = { id, operation, expiresTs: this.#clock.now() + SESSION_LIFETIME_MS, completed: new Set<string>() };
    this.#sessions.set(id, session);
    return session;
  }
}
