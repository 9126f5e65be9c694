import { EmptyObject, endpoint, type Endpoint, independent, model, type Model, obj, paramsModel } from "@patrix/api";
import { BasicEvent, ClientEvent } from "@patrix/events";
import * as z from "zod/mini";

/** Path variables of {@link sendTransaction}. */
export interface SendTransactionPath {
  /** Unique among the transactions of the sender. */
  txnId: string;
}

/** Checks a {@link SendTransactionPath}. */
export const SendTransactionPath: Model<SendTransactionPath> = /* @__PURE__ */ paramsModel(() =>
  obj<SendTransactionPath>({ txnId: z.string() }),
);

/** Body of {@link sendTransaction}. */
export interface SendTransactionBody {
  events: ClientEvent[];
  ephemeral?: BasicEvent[] | undefined;
}

/** Checks a {@link SendTransactionBody}. */
export const SendTransactionBody: Model<SendTransactionBody> = /* @__PURE__ */ model(() =>
  obj<SendTransactionBody>({
    events: independent(z.array(ClientEvent.schema)),
    ephemeral: z.optional(independent(z.array(BasicEvent.schema))),
  }),
);

/** Request of {@link sendTransaction}. */
export interface SendTransactionRequest {
  path: SendTransactionPath;
  body: SendTransactionBody;
}

/**
 * Delivers events to the application service.
 *
 * `PUT /_matrix/app/v1/transactions/{txnId}` · homeserver token
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#put_matrixappv1transactionstxnid}
 */
export const sendTransaction: Endpoint<SendTransactionRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "sendTransaction",
  method: "PUT",
  auth: "homeserverToken",
  rateLimited: false,
  history: { unstable: [{ path: "/transactions/{txnId}" }], stable: [{ since: "v1.1", path: "/_matrix/app/v1/transactions/{txnId}" }] },
  path: SendTransactionPath,
  body: SendTransactionBody,
  response: EmptyObject,
});
