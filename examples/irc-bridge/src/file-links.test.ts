import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { memoryStore, Messages } from "@patrix/appservice";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FileLinks, fileOf } from "./file-links.ts";

const messages = new Messages(memoryStore<string>());
const server = createServer();
let links: FileLinks;
/** What comes of a file that is downloaded. */
let given: () => ReadableStream<Uint8Array>;

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const media = { stream: async () => ({ stream: given(), size: undefined, type: "image/png" }) };
  links = new FileLinks({ url, secret: "secret", messages, media });
  server.on("request", (request, response) => void links.answer(request, response));
  const content = { msgtype: "m.image", body: "cat.png", url: "mxc://example.org/cat", info: { mimetype: "image/png" } } as const;
  await messages.link("$one:example.org", "$one:example.org", fileOf(content));
  await messages.link("$text:example.org", "$text:example.org", fileOf({ msgtype: "m.text", body: "no file" }));
});
afterAll(() => server.close());

const endless = (): ReadableStream<Uint8Array> =>
  new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1024 * 1024)) });
const status = async (url: string, method = "GET"): Promise<number> => (await fetch(url, { method })).status;

it("a file that does not say how long it is ends where it is too large, and one that breaks off is not shown", async () => {
  given = endless;
  expect(await status(links.urlOf("$one:example.org"))).toBe(413);
  given = () => new ReadableStream({ pull: (controller) => controller.error(new Error("not what was sent")) });
  expect(await status(links.urlOf("$one:example.org"))).toBe(502);
});

it("four are fetched at once, and others are asked to come again", async () => {
  const waiting: (() => void)[] = [];
  given = () => new ReadableStream({ pull: (controller) => new Promise((resolve) => waiting.push(() => resolve(controller.close()))) });
  const answers = [1, 2, 3, 4].map(() => status(links.urlOf("$one:example.org")));
  await expect.poll(() => waiting).toHaveLength(4);
  expect(await status(links.urlOf("$one:example.org"))).toBe(503);
  for (const end of waiting) end();
  expect(await Promise.all(answers)).toEqual([200, 200, 200, 200]);
});

it("nothing else is answered", async () => {
  const url = links.urlOf("$one:example.org");
  expect(await status(url, "POST")).toBe(405);
  const wrong = [
    links.urlOf("$text:example.org"),
    links.urlOf("$never:example.org"),
    `${url}x`,
    url.slice(0, -1),
    url.replace("%24one", "%ff"),
    new URL("/", url).href,
  ];
  expect(await Promise.all(wrong.map((each) => status(each)))).toEqual(wrong.map(() => 404));
});
