import { type AuthenticationData, type JsonObject, MatrixError, readUiaResponse, type UiaResponse } from "@patrix/api";
import type { UserId } from "@patrix/identifiers";
import { ClientError } from "../errors.ts";

/** A stage of User-Interactive Authentication that the application is asked about. */
export type UiaStage =
  | { readonly type: "m.login.dummy" }
  | { readonly type: "m.login.password"; readonly ask: { readonly user: UserId | undefined } }
  | { readonly type: "m.login.terms"; readonly policies: unknown }
  | { readonly type: "m.login.recaptcha"; readonly publicKey: string }
  | { readonly type: "other"; readonly stage: string; readonly fallbackUrl: string };

type MaybePromise<T> = T | Promise<T>;

/**
 * Answers a stage with the members of `auth` beside `type` and `session`. Nothing: the stage was passed elsewhere, for
 * example on the page at `fallbackUrl`. To give up, throw.
 */
export type UiaHandler = (stage: UiaStage) => MaybePromise<Record<string, unknown> | void>;

/** Stages that need no person. */
const silentStages = new Set<string>(["m.login.dummy"]);
const maxRounds = 20;

/**
 * Repeats a request with the stages that the server asks for until it is accepted. Of several flows, the shortest that
 * can be passed is taken.
 *
 * @throws {ClientError} `UIA_FAILED` if no flow can be passed or a stage is refused again and again.
 * @throws {MatrixError} Any other answer.
 */
export async function authenticate<T>(
  attempt: (auth: AuthenticationData | undefined) => Promise<T>,
  { handler, baseUrl, userId }: { handler?: UiaHandler | undefined; baseUrl: string; userId?: UserId | undefined },
): Promise<T> {
  let auth: (AuthenticationData & JsonObject) | undefined;
  let lastError: unknown;
  for (let round = 0; round < maxRounds; round += 1) {
    let wanted: UiaResponse;
    try {
      return await attempt(auth);
    } catch (error) {
      const asked = error instanceof MatrixError ? readUiaResponse(error) : undefined;
      if (!asked) throw error;
      lastError = error;
      wanted = asked;
    }
    const stage = nextStage(wanted, handler !== undefined);
    if (stage === undefined) throw new ClientError("UIA_FAILED", "no authentication flow of the server can be passed", lastError);
    const answer = silentStages.has(stage) ? {} : await handler?.(describeStage(stage, wanted, { baseUrl, userId }));
    auth = answer ? { ...answer, type: stage, session: wanted.session } : { session: wanted.session };
  }
  throw new ClientError("UIA_FAILED", `the server was not satisfied after ${maxRounds} stages`, lastError);
}

function nextStage({ flows, completed = [] }: UiaResponse, hasHandler: boolean): string | undefined {
  const left = flows
    .map(({ stages }) => stages.filter((stage) => !completed.includes(stage)))
    .filter((stages) => stages.length > 0 && (hasHandler || stages.every((stage) => silentStages.has(stage))))
    .sort((a, b) => a.length - b.length);
  return left[0]?.[0];
}

function describeStage(
  stage: string,
  { params, session }: UiaResponse,
  context: { baseUrl: string; userId: UserId | undefined },
): UiaStage {
  // The form of `params` is that of the stage, which only the server vouches for.
  const own = (params?.[stage] ?? {}) as JsonObject;
  switch (stage) {
    case "m.login.password":
      return { type: stage, ask: { user: context.userId } };
    case "m.login.terms":
      return { type: stage, policies: own["policies"] };
    case "m.login.recaptcha":
      return { type: stage, publicKey: String(own["public_key"]) };
    case "m.oauth":
    case "org.matrix.cross_signing_reset": {
      // It is passed on a page of the account management, whose address nobody but the server knows.
      const { url } = own;
      if (typeof url !== "string" || !/^https?:\/\//i.test(url))
        throw new ClientError("UIA_FAILED", `params.${stage}.url: an http or https URL is wanted`);
      return { type: "other", stage, fallbackUrl: url };
    }
    default: {
      const fallback = `${context.baseUrl}/_matrix/client/v3/auth/${encodeURIComponent(stage)}/fallback/web`;
      return { type: "other", stage, fallbackUrl: `${fallback}?session=${encodeURIComponent(session ?? "")}` };
    }
  }
}
