import { endpoint, type Endpoint, independent, lenient, model, type Model, obj, paramsModel, record, whenMissing } from "@patrix/api";
import { Edu } from "@patrix/events";
import { EventId, ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import { PduJson } from "../pdu-json.ts";

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
  /** The server that sends the transaction. */
  origin: ServerName;
  /** Milliseconds since the Unix epoch. */
  origin_server_ts: number;
  /** At most 50. */
  pdus: PduJson[];
  /** At most 100. */
  edus?: Edu[] | undefined;
}

/** Checks a {@link SendTransactionBody}. */
export const SendTransactionBody: Model<SendTransactionBody> = /* @__PURE__ */ model(() =>
  obj<SendTransactionBody>({
    origin: ServerName,
    origin_server_ts: z.int(),
    pdus: lenient(independent(z.array(PduJson.schema)), "optional-txn-pdus", whenMissing({ replacement: [] })),
    edus: z.optional(independent(z.array(Edu.schema))),
  }),
);

/** What became of a PDU. */
export interface PduProcessingResult {
  /** Why the PDU was refused; absent if it was not. */
  error?: string | undefined;
}

/** Response of {@link sendTransaction}. */
export interface SendTransactionResponse {
  /** By event ID. */
  pdus: Record<EventId, PduProcessingResult>;
}

/** Checks a {@link SendTransactionResponse}. */
export const SendTransactionResponse: Model<SendTransactionResponse> = /* @__PURE__ */ model(() =>
  obj<SendTransactionResponse>({ pdus: independent(record(EventId, obj<PduProcessingResult>({ error: z.optional(z.string()) }))) }),
);

/** Request of {@link sendTransaction}. */
export interface SendTransactionRequest {
  path: SendTransactionPath;
  body: SendTransactionBody;
}

/**
 * Delivers PDUs and EDUs to a server.
 *
 * `PUT /_matrix/federation/v1/send/{txnId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv1sendtxnid}
 */
export const sendTransaction: Endpoint<SendTransactionRequest, SendTransactionResponse> = /* @__PURE__ */ endpoint({
  id: "sendTransaction",
  method: "PUT",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/send/{txnId}" }] },
  path: SendTransactionPath,
  body: SendTransactionBody,
  response: SendTransactionResponse,
});
