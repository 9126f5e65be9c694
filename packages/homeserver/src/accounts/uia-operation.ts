import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { AuthenticationData, UiaStage } from "@patrix/api";
import type { Clock } from "@patrix/concurrency";
import { requireWithin } from "../errors.ts";
import { AccountError } from "./errors.ts";
import { limits } from "../limits.ts";
import { UiaChallenge } from "./uia-challenge.ts";

const SESSION_LIFETIME_MS = 15 * 60_000;
/** The most sessions of one operation; the oldest goes first. */
const MAX_SESSIONS: number = limits.uiaSessions.value;

/** Checks what a client sends for a stage. @throws {AccountError} If it does not pass; `OTHER_USER` if no other try can. */
export type StageCheck = (data: AuthenticationData & { readonly [member: string]: unknown }) => Promise<void> | void;

/** A body with the members of User-Interactive Authentication. */
export interface UiaBody {
  readonly auth?: AuthenticationData | undefined;
}

/** A request that must be authenticated. */
export interface UiaRequest<Body extends UiaBody> {
  /** Whom and what the request is about: the user and the path. A session of one subject is unknown to all others. */
  readonly subject: string;
  /** The user, if it is one; nobody else's sessions end for theirs. */
  readonly userId?: string | undefined;
  readonly body: Body;
  /** Each way to authenticate, as its stages. */
  readonly flows: readonly (readonly UiaStage[])[];
  readonly stages: Readonly<Record<string, StageCheck>>;
  /** What the stages prove, such as knowing a password: once it is another, stages that were passed before count no more. */
  readonly proves?: string | undefined;
  /** Refuses a request that cannot succeed before anybody authenticates for it. */
  readonly check?: ((body: Body) => Promise<void>) | undefined;
}

interface Session<Body, Result> {
  readonly id: string;
  readonly subject: string;
  readonly userId: string | undefined;
  readonly expiresTs: number;
  /** The body of the first request that has one, without `auth`. */
  body: Body;
  proves: string | undefined;
  readonly completed: Set<string>;
  /** What came of the request, once a flow was complete. */
  result?: Promise<Result> | undefined;
}

/**
 * An operation behind User-Interactive Authentication. Its sessions, in memory, are each good for one request: the first one
 * says what is to be done, later ones repeat it or carry nothing but `auth`, and whoever asks again after the end, since the
 * answer was lost, gets the same answer.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#user-interactive-authentication-api}
 */
export class UiaOperation<Body extends UiaBody, Result> {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session<Body, Result>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Runs a request once a flow is complete. A single stage may come at once, without a session.
   *
   * @param run Gets the body that the session is about.
   * @throws {UiaChallenge} If stages are missing. @throws {AccountError} `UNKNOWN_UIA_SESSION`, `UIA_REQUEST_CHANGED` or `OTHER_USER`.
   * @throws {LimitError} For a body that is too large to be kept.
   */
  async perform(request: UiaRequest<Body>, run: (body: Body) => Promise<Result>): Promise<Result> {
    const { auth } = request.body;
    const session = auth?.session === undefined ? this.#create(request) : this.#find(auth.session, request);
    if (!session.result) {
      await request.check?.(session.body);
      await pass(session, request);
      session.result ??= run(session.body);
    }
    try {
      return await session.result;
    } catch (error) {
      // What failed may be tried again.
      session.result = undefined;
      throw error;
    }
  }

  #find(id: string, request: UiaRequest<Body>): Session<Body, Result> {
    const session = this.#sessions.get(id);
    if (session?.subject !== request.subject || session.expiresTs <= this.#clock.now())
      throw new AccountError("UNKNOWN_UIA_SESSION", "auth.session: it is not known");
    const body = withoutAuth(request.body);
    if (isEmpty(session.body) && !session.result) session.body = body;
    if (!isEmpty(body) && !isDeepStrictEqual(body, session.body))
      throw new AccountError("UIA_REQUEST_CHANGED", "auth.session: it belongs to a request with another body");
    return session;
  }

  #create(request: UiaRequest<Body>): Session<Body, Result> {
    const now = this.#clock.now();
    for (const [id, { expiresTs }] of this.#sessions) {
      if (expiresTs > now && this.#sessions.size < MAX_SESSIONS) break;
      this.#sessions.delete(id);
    }
    const { subject, userId, proves } = request;
    if (userId !== undefined) this.#endOldestOf(userId);
    const body = withoutAuth(request.body);
    const id = randomBytes(18).toString("base64url");
    const expiresTs = now + SESSION_LIFETIME_MS;
    const session: Session<Body, Result> = { id, subject, userId, expiresTs, body, proves, completed: new Set() };
    this.#sessions.set(id, session);
    return session;
  }

  #endOldestOf(userId: string): void {
    const own = [...this.#sessions.values()].filter((session) => session.userId === userId);
    for (const { id } of own.slice(0, Math.max(0, own.length + 1 - limits.uiaSessionsOfUser.value))) this.#sessions.delete(id);
  }
}

/** Takes the stage that a request brings. @throws {UiaChallenge} If it does not pass, or others are missing. */
async function pass<Body extends UiaBody>(session: Session<Body, unknown>, request: UiaRequest<Body>): Promise<void> {
  const { flows, stages, proves } = request;
  const { auth } = request.body;
  const challenge = (failure?: AccountError): UiaChallenge =>
    new UiaChallenge({ flows, completed: [...session.completed], session: session.id, failure });
  if (session.proves !== proves) session.completed.clear();
  session.proves = proves;
  if (auth?.type !== undefined) {
    const check = flows.flat().includes(auth.type) ? stages[auth.type] : undefined;
    if (!check) throw challenge(new AccountError("UNKNOWN_STAGE", "auth.type: it is not a stage of any flow"));
    try {
      await check({ ...auth });
    } catch (error) {
      throw error instanceof AccountError && error.code !== "OTHER_USER" ? challenge(error) : error;
    }
    session.completed.add(auth.type);
  }
  if (!flows.some((flow) => flow.every((stage) => session.completed.has(stage)))) throw challenge();
}

function withoutAuth<Body extends UiaBody>(body: Body): Body {
  const kept = { ...body, auth: undefined };
  requireWithin("uiaBodyBytes", Buffer.byteLength(JSON.stringify(kept)), "the request");
  return kept;
}

function isEmpty(body: object): boolean {
  return Object.values(body).every((value) => value === undefined);
}
