import { independent, model, type Model, obj } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import { PduJson } from "../pdu-json.ts";

/** PDUs, and the server and time that they were asked from. */
export interface PduTransaction {
  /** The server that answers. */
  origin: ServerName;
  /** Milliseconds since the Unix epoch. */
  origin_server_ts: number;
  /** One, for a single event. */
  pdus: PduJson[];
}

/** Checks a {@link PduTransaction}. */
export const PduTransaction: Model<PduTransaction> = /* @__PURE__ */ model(() =>
  obj<PduTransaction>({ origin: ServerName, origin_server_ts: z.int(), pdus: independent(z.array(PduJson.schema)) }),
);
