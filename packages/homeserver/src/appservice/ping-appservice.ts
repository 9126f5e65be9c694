import { ping } from "@patrix/appservice-api";
import type { Clock } from "@patrix/concurrency";
import type { Appservice } from "./appservices.ts";
import { AppserviceError } from "./errors.ts";
import { isReachable, sendToService } from "./appservice-connection.ts";

/** How long a service may take to answer, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** The most characters of its answer that are shown. */
const SHOWN_ANSWER = 4_096;

/**
 * Asks an application service whether it is there.
 *
 * @returns How long it took, in milliseconds.
 * @throws {AppserviceError} `URL_NOT_SET`, `BAD_STATUS`, `CONNECTION_FAILED` or `CONNECTION_TIMEOUT`.
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#pinging}
 */
export async function pingService(service: Appservice, transactionId: string | undefined, clock: Clock): Promise<number> {
  if (!isReachable(service)) throw new AppserviceError("URL_NOT_SET", "the registration of the application service has no url");
  const body = transactionId === undefined ? {} : { transaction_id: transactionId };
  const request = ping.request({ body }, { baseUrl: service.url, accessToken: service.registration.hs_token });
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const started = clock.now();
  const { status, text } = await sendToService(service, request, timeout).catch((): never => {
    if (timeout.aborted) throw new AppserviceError("CONNECTION_TIMEOUT", "the application service did not answer in time");
    throw new AppserviceError("CONNECTION_FAILED", "the application service could not be reached");
  });
  if (status < 200 || status >= 300)
    throw new AppserviceError("BAD_STATUS", `the application service answered with ${status}`, {
      status,
      body: text.slice(0, SHOWN_ANSWER),
    });
  return Math.max(0, Math.round(clock.now() - started));
}
