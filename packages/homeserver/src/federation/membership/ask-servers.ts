import { answeredError, type FederationRequestOptions, isFederationError } from "@patrix/federation";
import { limits } from "../../limits.ts";
import { FederatedError } from "../errors.ts";

/** What other servers answer when they refuse for good: another one would refuse too. */
const finalRefusals: ReadonlySet<string> = new Set(["M_INCOMPATIBLE_ROOM_VERSION", "M_UNSUPPORTED_ROOM_VERSION"]);

/** How a server is asked first; the requests after one that it has answered need nothing of this. */
export type FirstAsked = Pick<FederationRequestOptions, "ignoreBackoff">;

/**
 * Asks one server after the other until one helps. Those that are left alone because they have failed come last, and are asked all the
 * same: somebody waits, and they may be back.
 *
 * @throws {FederatedError} `REFUSED` with what a server has answered, or `NO_SERVER_HELPED` if none did.
 */
export async function askServers<T>(servers: Iterable<string>, ask: (server: string, options: FirstAsked) => Promise<T>): Promise<T> {
  const asked = [...new Set(servers)].slice(0, limits.joinServers.value);
  if (asked.length === 0) throw new FederatedError("NO_SERVER_HELPED", "no server that is in the room is known: name one as via");
  let refusal: FederatedError | undefined;
  let failure: unknown;
  const turns = asked.map((server) => ({ server, ignoreBackoff: false }));
  // What is pushed here meanwhile takes its turn as well.
  for (const { server, ignoreBackoff } of turns) {
    try {
      return await ask(server, { ignoreBackoff });
    } catch (error) {
      if (isFederationError(error, "BACKING_OFF") && !ignoreBackoff) {
        turns.push({ server, ignoreBackoff: true });
        continue;
      }
      const answer = answeredError(error);
      if (error instanceof FederatedError && error.code !== "NO_SERVER_HELPED") refusal ??= error;
      else if (answer && answer.status >= 400 && answer.status < 500) {
        // What one server cannot do, another one may: so the refusal that says most is kept.
        if (!refusal || answer.errcode === "M_FORBIDDEN")
          refusal = new FederatedError("REFUSED", `${server}: ${answer.message}`, { answer });
        if (finalRefusals.has(answer.errcode)) break;
      } else failure = error;
    }
  }
  if (refusal) throw refusal;
  throw new FederatedError("NO_SERVER_HELPED", `none of ${asked.join(", ")} could be reached`, { cause: failure });
}
