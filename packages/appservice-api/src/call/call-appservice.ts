import { type Endpoint, type HttpRequest, type IncomingResponse, isUnrecognized, MatrixError, type SupportedVersions } from "@patrix/api";

/** How an application service is reached. */
export interface AppserviceConnection {
  /** `url` of its registration. */
  readonly baseUrl: string;
  /** `hs_token` of its registration. */
  readonly hsToken: string;
  /** Sends a request and reads the answer, its body as JSON where it is JSON. */
  readonly send: (request: HttpRequest) => Promise<IncomingResponse>;
}

/** What a server supports that has nothing but the paths of the drafts. */
const DRAFTS: SupportedVersions = { versions: [] };

/**
 * Sends a request to an application service. Where its answer is no success, the path that the endpoint had in the drafts is tried; the
 * next request begins with the specified path again, as the application service may have been updated.
 *
 * @throws MatrixError Of the specified path where the application service knows it, else of the older one. Whatever `send` throws.
 * @throws ValidationError For an answer that does not match the endpoint.
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#legacy-routes}
 * @example
 * await callAppservice(sendTransaction, { path: { txnId }, body: { events } }, { baseUrl, hsToken, send });
 */
export async function callAppservice<Req, Res>(
  endpoint: Endpoint<Req, Res>,
  request: Req,
  { baseUrl, hsToken, send }: AppserviceConnection,
): Promise<Res> {
  const ask = async (supported?: SupportedVersions): Promise<Res> =>
    endpoint.parseResponse(await send(endpoint.request(request, { baseUrl, accessToken: hsToken, supported })));
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof MatrixError) || endpoint.history.unstable === undefined) throw error;
    return ask(DRAFTS).catch((older: unknown) => {
      throw isNoAnswerOfMatrix(error) ? older : error;
    });
  }
}

/** Whether the answer came from something that does not know the path. */
function isNoAnswerOfMatrix(error: MatrixError): boolean {
  return error.errcode === "M_UNKNOWN" || isUnrecognized(error);
}
