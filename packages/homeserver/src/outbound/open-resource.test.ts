import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAddressPolicy } from "@patrix/federation";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openResource, type ResourceOptions } from "./open-resource.ts";

let server: Server;
let base = "";
const received: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly port: number | undefined }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { url = "", headers } = request;
    received.push({ path: url, headers, port: request.socket.remotePort });
    if (url === "/moved") response.writeHead(301, { location: "text?q" }).end("moved");
    else if (url === "/denied") response.writeHead(302, { location: `${base.replace("127.0.0.1", "127.0.0.3")}/text` }).end();
    else if (url === "/inside") response.writeHead(302, { location: `${base.replace("127.0.0.1", "127.0.0.9")}/text` }).end();
    else if (url === "/nowhere") response.writeHead(302).end();
    else if (url === "/silent") response.writeHead(200).write("begin");
    else if (url === "/zip") response.writeHead(200, { "content-encoding": "br" }).end("x");
    else if (url === "/never") return;
    else response.writeHead(url.startsWith("/text") ? 200 : 404, { "content-type": "text/plain" }).end("0123456789");
  });
  await new Promise<void>((resolve) => server.listen(0, "0.0.0.0", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const open = (path: string, options: Partial<ResourceOptions> = {}) =>
  openResource(new URL(path, base), {
    isAllowed: createAddressPolicy({ allow: ["127.0.0.0/8"], deny: ["127.0.0.9"] }),
    isUrlAllowed: ({ hostname }) => hostname !== "127.0.0.3",
    headers: { "user-agent": "test" },
    signal: new AbortController().signal,
    ...options,
  });

async function textOf(content: AsyncIterable<Buffer>): Promise<string> {
  let text = "";
  for await (const chunk of content) text += chunk.toString();
  return text;
}

describe("a resource of somebody else", () => {
  it("is read, from where redirects lead, each on a connection of its own", async () => {
    received.length = 0;
    using resource = await open("/moved");
    expect([resource.url.href, resource.contentType]).toEqual([`${base}/text?q`, "text/plain"]);
    expect(await textOf(resource.read(10))).toBe("0123456789");
    expect(received.map(({ path }) => path)).toEqual(["/moved", "/text?q"]);
    expect(new Set(received.map(({ port }) => port)).size).toBe(2);
    expect(received[1]?.headers).toMatchObject({ "user-agent": "test", "accept-encoding": "identity" });
  });

  it("is not asked for at a URL or an address that is refused, first or after a redirect", async () => {
    received.length = 0;
    for (const path of ["/denied", base.replace("127.0.0.1", "127.0.0.3")])
      await expect(open(path)).rejects.toMatchObject({ code: "URL_NOT_ALLOWED" });
    for (const path of ["/inside", base.replace("127.0.0.1", "127.0.0.9")])
      await expect(open(path)).rejects.toMatchObject({ code: "ADDRESS_NOT_ALLOWED" });
    expect(received.map(({ path }) => path)).toEqual(["/denied", "/inside"]);
  });

  it("is refused with another status, a redirect to nowhere, and compressed content", async () => {
    for (const path of ["/none", "/nowhere", "/zip"]) await expect(open(path)).rejects.toMatchObject({ code: "ANSWER_REFUSED" });
  });

  it("is read no further than it may be", async () => {
    using resource = await open("/text");
    await expect(textOf(resource.read(9))).rejects.toMatchObject({ code: "ANSWER_TOO_LARGE" });
  });

  it("ends when it takes too long, before the answer and within it", async () => {
    await expect(open("/never", { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
    const controller = new AbortController();
    using resource = await open("/silent", { signal: controller.signal });
    const reading = textOf(resource.read(100));
    controller.abort();
    await expect(reading).rejects.toMatchObject({ code: "CONNECTION_FAILED" });
  });
});
