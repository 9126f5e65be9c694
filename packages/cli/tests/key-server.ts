import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type JsonObject, type SigningKey, signJson } from "@patrix/signatures";
import { makeCertificate, type TestCertificate } from "@patrix/federation/testing";

/** A server on this machine that publishes keys over TLS, as another homeserver would. */
export interface KeyServer extends AsyncDisposable {
  /** Its server name: the address and the port. */
  readonly name: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** Changes what it answers; by path, with the status. */
  answer: (path: string) => { readonly status?: number; readonly body: unknown };
}

/** The signed response with the keys of a server. */
export function publish(server: string, key: SigningKey, changes: JsonObject = {}): JsonObject {
  const keys = { server_name: server, verify_keys: { [key.keyId]: { key: key.publicKey } }, old_verify_keys: {} };
  return signJson({ ...keys, valid_until_ts: Date.now() + 86_400_000, ...changes }, server, key);
}

/** One for all servers: OpenSSL tells authorities apart by name only, and all of these have the same. */
const certificate: TestCertificate = makeCertificate(["127.0.0.1"]);
/** The authority to trust, in PEM. */
export const authority: string = certificate.cert;

/** Starts one that publishes `key`. */
export async function startKeyServer(key: SigningKey): Promise<KeyServer> {
  const https = createServer(certificate, (request, response) => {
    const path = request.url ?? "";
    server.asked.push(path);
    const { status = 200, body } = server.answer(path);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  await once(https, "listening");
  const name = `127.0.0.1:${(https.address() as AddressInfo).port}`;
  const server: KeyServer = {
    name,
    asked: [],
    answer: () => ({ body: publish(name, key) }),
    [Symbol.asyncDispose]: async () => {
      https.closeAllConnections();
      await new Promise((resolve) => https.close(resolve));
    },
  };
  return server;
}
