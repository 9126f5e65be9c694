import { sendTransaction } from "@patrix/federation-api";
import { handle, rawJson } from "@patrix/server";
import type { Transactions } from "../../federation/intake/transactions.ts";
import type { ServerRegistration } from "./requesting-server.ts";

/** The largest transaction, in bytes: 50 events and 100 EDUs of 64 KiB each. */
const MAX_TRANSACTION_BYTES = 150 * 65_536;

/** The handler of transactions. */
export function transactionHandlers(transactions: Transactions): ServerRegistration[] {
  return [
    handle(
      sendTransaction,
      async ({ path, body }, { user }) => {
        const { pdus, edus = [] } = body;
        const results = await transactions.take({ origin: user.origin, txnId: path.txnId, pdus, edus });
        return rawJson(JSON.stringify({ pdus: results }));
      },
      { maxBodyBytes: MAX_TRANSACTION_BYTES },
    ),
  ];
}
