// What only the adapter for Node does: connections and addresses.
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { describe, expect, it } from "vitest";
import { type HandledEndpoint, handle, handleUpload } from "../src/index.ts";
import { nodeListener, type NodeOptions } from "../src/node/index.ts";
import { putFile, putThing } from "./endpoints.ts";

const echo = [handle(putThing, ({ body }) => body)];

async function listen<User>(handled: readonly HandledEndpoint<User>[], options: NodeOptions<User>): Promise<Server & AsyncDisposable> {
  const server = createServer(nodeListener(handled, options));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** Sends bytes on one connection and returns the heads of what comes back, until the server ends the connection or the last answer is there. */
async function exchange(server: Server, requests: string, answers: number): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  socket.write(requests);
  let received = "";
  for await (const chunk of socket) {
    received += String(chunk);
    if ((received.match(/^HTTP\/1\.1/gm)?.length ?? 0) >= answers && received.endsWith("}")) break;
  }
  socket.destroy();
  return received;
}

const head = (length: number | string): string =>
  `PUT /v3/things/a HTTP/1.1\r\nhost: x\r\n${typeof length === "number" ? `content-length: ${length}` : length}\r\n\r\n`;

describe("nodeListener", () => {
  it("keeps a connection for further requests", async () => {
    await using server = await listen(echo, {});
    const answers = await exchange(server, `${head(7)}{"a":1}${head(7)}{"a":2}`, 2);
    expect(answers.match(/^\{"a":.\}/gm)).toEqual(['{"a":1}', '{"a":2}']);
    expect(answers).not.toMatch(/connection: close/i);
  });

  it.each([
    ["refused before its end", head(50)],
    ["too large", head(2_000_000)],
    ["too large and not announced", `${head("transfer-encoding: chunked")}7\r\n{"a":1}\r\n`],
  ])("ends the connection of a body that was %s", async (_what, request) => {
    await using server = await listen(echo, { bodyTimeoutMs: 5 });
    const answers = await exchange(server, request, 1);
    expect(answers).toMatch(/^HTTP\/1\.1 (?:408|413)/);
    expect(answers).toMatch(/connection: close/i);
  });

  it("ends the connection of a large upload that its handler left", async () => {
    await using server = await listen([handleUpload(putFile, () => ({ left: true }))], {});
    for (const length of ["content-length: 2000000", "transfer-encoding: chunked"])
      expect(await exchange(server, head(length).replace("things/a", "file"), 1)).toMatch(/connection: close/i);
    expect(await exchange(server, `${head(3).replace("things/a", "file")}abc`, 1)).not.toMatch(/connection: close/i);
  });

  it("ends connections once the server closes", async () => {
    await using server = await listen(echo, { signal: AbortSignal.abort() });
    expect(await exchange(server, `${head(7)}{"a":1}`, 1)).toMatch(/connection: close/i);
  });

  it("takes the address of a client from where it is told", async () => {
    const seen: string[] = [];
    await using server = await listen(echo, {
      clientAddress: ({ headers }) => String(headers["x-forwarded-for"]),
      admit: ({ clientAddress }) => void seen.push(clientAddress),
    });
    await exchange(server, `${head("content-length: 2\r\nx-forwarded-for: 192.0.2.1")}{}`, 1);
    expect(seen).toEqual(["192.0.2.1"]);
  });
});
