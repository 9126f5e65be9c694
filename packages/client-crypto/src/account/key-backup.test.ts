import { type Endpoint, MatrixError } from "@patrix/api";
import { getRoomKeyBySessionId } from "@patrix/client-api";
import { expect, it } from "vitest";
import type { AccountEngine } from "../engine/account-engine.ts";
import { KeyBackup } from "./key-backup.ts";

it("a key is asked for once, among the newest five thousand, and further ones always are", async () => {
  const asked: string[] = [];
  const requests = {
    async send<Req, Res>(endpoint: Endpoint<Req, Res>, request: Req): Promise<Res> {
      if (endpoint.id !== getRoomKeyBySessionId.id)
        return { version: "1", algorithm: "m.megolm_backup.v1.curve25519-aes-sha2", auth_data: { public_key: "public" } } as Res;
      asked.push((request as { path: { sessionId: string } }).path.sessionId);
      throw new MatrixError(404, "M_NOT_FOUND", "no");
    },
    sendEvent: () => Promise.reject(new Error("no event is sent")),
  };
  const account: Partial<AccountEngine> = {
    backupPublicKey: async () => "public",
    useBackup: async () => {},
    nextBackup: async () => undefined,
  };
  const engine = { account: account as AccountEngine, markAsSent: async () => {} };
  const backup = new KeyBackup({ engine, requests, onChange: () => {}, logger: { debug: () => {}, warn: () => {} } });
  await backup.recover("private");
  for (let at = 0; at < 5001; at += 1) await backup.fetch("!room:x", `s${at}`);
  expect(asked).toHaveLength(5001);
  await backup.fetch("!room:x", "s5000");
  expect(asked).toHaveLength(5001);
  await backup.fetch("!room:x", "s0");
  expect(asked).toHaveLength(5002);
});
