import { type AppserviceConnection, callAppservice } from "@patrix/appservice-api";
import type { Endpoint, HttpRequest, IncomingResponse } from "@patrix/api";
import { limits } from "../limits.ts";
import { type OutboundAnswer, sendRequest } from "../outbound/send-request.ts";
import type { Appservice } from "./appservices.ts";
import { AppserviceError } from "./errors.ts";

/** Who is at an address of a registration the administrator has said: it may be this machine. */
const isAllowed = (): boolean => true;

/**
 * Sends a request to an application service. Its token goes in the query too, for those that are older than v1.4.
 *
 * @throws {OutboundError}
 */
export function sendToService({ registration }: Appservice, request: HttpRequest, signal: AbortSignal): Promise<OutboundAnswer> {
  const url = new URL(request.url);
  url.searchParams.set("access_token", registration.hs_token);
  const { method, headers } = request;
  const body = typeof request.body === "string" ? request.body : undefined;
  return sendRequest({ method, url, headers, body }, { isAllowed, signal, maxAnswerBytes: limits.appserviceAnswerBytes.value });
}

/**
 * Asks an application service that has an address.
 *
 * @throws {AppserviceError} `BAD_STATUS` for an error that it answers with. @throws {OutboundError} If there is no answer.
 * @throws ValidationError For an answer that is none.
 */
export async function askService<Req, Res>(
  service: Appservice & { readonly url: string },
  endpoint: Endpoint<Req, Res>,
  request: Req,
  signal: AbortSignal,
): Promise<Res> {
  const connection: AppserviceConnection = {
    baseUrl: service.url,
    hsToken: service.registration.hs_token,
    send: async (encoded) => toResponse(await sendToService(service, encoded, signal)),
  };
  try {
    return await callAppservice(endpoint, request, connection);
  } catch (error) {
    const status = statusOf(error);
    throw status === undefined
      ? error
      : new AppserviceError("BAD_STATUS", `the application service answered with ${status}`, { status, body: "" });
  }
}

/** The status of an error answer; `undefined` for every other error. */
function statusOf(error: unknown): number | undefined {
  const isAnswer = error instanceof Error && "code" in error && error.code === "MATRIX_ERROR" && "status" in error;
  return isAnswer && typeof error.status === "number" ? error.status : undefined;
}

function toResponse({ status, text }: OutboundAnswer): IncomingResponse {
  try {
    return { status, body: JSON.parse(text) as unknown };
  } catch {
    return { status, body: text };
  }
}

/** Whether an application service has an address. */
export function isReachable(service: Appservice): service is Appservice & { readonly url: string } {
  return service.url !== undefined;
}
