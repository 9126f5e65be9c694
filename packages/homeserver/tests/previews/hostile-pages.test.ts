// Previews of pages that want more than to be shown: to be led inside, to fill memory, to hold up everybody.
import { setServers, getServers } from "node:dns";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { afterEach, describe, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { operation } from "../../src/store/statement.ts";
import { upsertUrlPreview, urlPreview } from "../../src/store/statements/url-previews.ts";
import { type Answer, type ComposedDevices, openDevices } from "../composed-devices.ts";
import { files } from "../media-requests.ts";
import { html, openNameServer, openWeb, redirect, type Web } from "./web.ts";

const ALICE = "@alice:example.org";
const forbidden = { status: 403, body: { errcode: "M_FORBIDDEN" } };
const unfetched = { status: 502, body: { errcode: "M_UNKNOWN", error: "the page could not be fetched" } };
const secret = html("<title>secret</title>");
const usualServers = getServers();

afterEach(() => setServers(usualServers));

async function serving(settings: object): Promise<ComposedDevices> {
  const server = await openDevices({ media: { url_previews: { enabled: true, ...settings } } });
  await server.login(ALICE, "A1");
  return server;
}

const preview = (server: ComposedDevices, url: string): Promise<Answer> =>
  server.request("GET", `/client/v1/media/preview_url?url=${encodeURIComponent(url)}`, undefined, "A1");

async function fillPreviews({ core }: ComposedDevices, hashes: readonly string[]): Promise<void> {
  await core.log.append({ positions: [], operations: hashes.map((hash, i) => operation(upsertUrlPreview, hash, "{}", null, i)) });
}

async function countPreviews({ core }: ComposedDevices, hashes: readonly string[]): Promise<number> {
  let count = 0;
  for (const hash of hashes) if (await core.store.get(urlPreview, hash)) count++;
  return count;
}

/** A web that may be asked, and one within the operator's network that may not: the second address of this machine. */
async function twoWebs(outside: (inside: Web) => Parameters<typeof openWeb>[0]) {
  const inside = await openWeb({ "/": secret, "/image.png": secret }, "127.0.0.2");
  const web = await openWeb(outside(inside));
  const server = await serving({ allow_cidrs: ["127.0.0.1/32"], ports: [web.port, inside.port] });
  return {
    inside,
    web,
    server,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await web[Symbol.asyncDispose]();
      await inside[Symbol.asyncDispose]();
    },
  };
}

describe("a preview does not reach inside", () => {
  it("by any spelling of an address that is not public", async () => {
    await using inside = await openWeb({ "/": secret });
    await using server = await serving({ ports: [80, inside.port] });
    const { port } = inside;
    const spellings =
      `127.0.0.1 127.1 0x7f000001 0x7f.1 017700000001 2130706433 127.0.0.1. 0 0.0.0.0 １２７.0.0.1 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254
       100.64.0.1 198.18.0.1 224.0.0.1 255.255.255.255 192.0.2.1 [::] [::1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::7f00:1] [::127.0.0.1]
       [0:0:0:0:0:0:0:1] [64:ff9b::7f00:1] [2002:7f00:1::] [fe80::1] [fc00::1] [ff02::1]`.split(/\s+/);
    for (const host of spellings) expect([host, await preview(server, `http://${host}:${port}/`)]).toMatchObject([host, unfetched]);
    expect(inside.requests).toEqual([]);
  });

  it("by what is no address of the web, another port, or a name and a password", async () => {
    await using inside = await openWeb({ "/": secret });
    await using server = await serving({ allow_cidrs: ["127.0.0.0/8"], ports: [inside.port], deny_hosts: ["*.evil.example", "127.0.0.3"] });
    const { port } = inside;
    const urls =
      `file:///etc/passwd ftp://127.0.0.1 gopher://127.0.0.1 data:text/html,<title>x javascript:1 //127.0.0.1 127.0.0.1 http:// http://[ blob:http://127.0.0.1/
       http://127.0.0.1/ http://127.0.0.1:22/ http://a:b@127.0.0.1:${port}/ http://a@127.0.0.1:${port}/ http://www.evil.example:${port}/
       http://WWW.Evil.Example.:${port}/ http://127.0.0.3:${port}/`.split(/\s+/);
    for (const url of urls) expect([url, await preview(server, url)]).toMatchObject([url, forbidden]);
    expect(inside.requests).toEqual([]);
    expect((await preview(server, `http://127.0.0.1:${port}/`)).status).toBe(200);
  });

  it("but for hosts that are allowed, where the operator names them", async () => {
    await using web = await openWeb({ "/": html("<title>t</title>") });
    await using server = await serving({
      allow_cidrs: ["127.0.0.0/8"],
      ports: [web.port],
      allow_hosts: ["127.0.0.?"],
      deny_cidrs: ["127.0.0.2"],
    });
    expect((await preview(server, `http://127.0.0.1:${web.port}/`)).body).toEqual({ "og:title": "t" });
    expect(await preview(server, `http://127.0.1.1:${web.port}/`)).toMatchObject(forbidden);
    expect(await preview(server, `http://127.0.0.2:${web.port}/`)).toMatchObject(unfetched);
  });

  it("by a redirect, of a page or of its image", async () => {
    await using setting = await twoWebs((inside) => ({
      "/": redirect(`${inside.url}/`),
      "/307": redirect(`//127.0.0.2:${inside.port}/`, 307),
      "/file": redirect("file:///etc/passwd"),
      "/port": redirect("http://127.0.0.1:1/"),
      "/password": redirect(`http://a:b@127.0.0.1/`),
      "/page": html(`<title>t</title><meta property="og:image" content="/moved.png">`),
      "/moved.png": redirect(`${inside.url}/image.png`),
      "/page2": html(`<title>t</title><meta property="og:image" content="${inside.url}/image.png">`),
      "/page3": html(`<title>t</title><base href="${inside.url}/"><link rel="image_src" href="image.png">`),
    }));
    const { server, web, inside } = setting;
    for (const path of ["/", "/307", "/file", "/port", "/password"]) expect(await preview(server, web.url + path)).toMatchObject(unfetched);
    for (const path of ["/page", "/page2", "/page3"]) expect((await preview(server, web.url + path)).body).toEqual({ "og:title": "t" });
    expect(inside.requests).toEqual([]);
    expect(await files(server.mediaFolder)).toEqual([]);
  });

  it("by a name, nor by one whose address changes after it was looked at", async () => {
    const seen: string[] = [];
    await using names = await openNameServer((name, time) => {
      seen.push(name);
      if (name === "inside.example") return "127.0.0.2";
      if (name === "outside.example") return "127.0.0.1";
      // An address that may be asked, and from the second time on one that may not.
      return name === "changing.example" ? (time === 1 ? "127.0.0.1" : "127.0.0.2") : undefined;
    });
    setServers([names.address]);
    await using inside = await openWeb({ "/": secret, "/again": secret }, "127.0.0.2");
    await using web = await openWeb({
      "/": html(`<title>t</title><meta property="og:image" content="http://changing.example:${inside.port}/">`),
      "/again": redirect(`http://changing.example:${inside.port}/again`),
    });
    await using server = await serving({ allow_cidrs: ["127.0.0.1/32"], ports: [web.port, inside.port] });
    expect(await preview(server, `http://inside.example:${inside.port}/`)).toMatchObject(unfetched);
    expect(await preview(server, `http://nowhere.example:${inside.port}/`)).toMatchObject(unfetched);
    expect((await preview(server, `http://outside.example:${web.port}/`)).body).toEqual({ "og:title": "t" });
    expect(await preview(server, `http://changing.example:${web.port}/again`)).toMatchObject(unfetched);
    expect(names.asked.get("changing.example")).toBeGreaterThan(1);
    expect(inside.requests).toEqual([]);
  });
});

describe("a name that only this machine knows", () => {
  it("is asked for where the operator wants that", async () => {
    await using names = await openNameServer(() => undefined);
    setServers([names.address]);
    await using web = await openWeb({ "/": html("<title>t</title>") });
    const settings = { allow_cidrs: ["127.0.0.0/8", "::1"], ports: "all" };
    const url = `http://localhost:${web.port}/`;
    await using strict = await serving(settings);
    expect(await preview(strict, url)).toMatchObject(unfetched);
    await using server = await serving({ ...settings, local_names: true });
    expect(await preview(server, url)).toMatchObject({ status: 200, body: { "og:title": "t" } });
    expect(names.asked.get("localhost")).toBe(2);
  });
});

describe("a page that is hostile", () => {
  it("is left after five redirects, circles among them", async () => {
    await using web = await openWeb({
      "/circle": redirect("/circle"),
      ...Object.fromEntries(Array.from({ length: 7 }, (_, i) => [`/${i}`, i === 6 ? html("<title>t</title>") : redirect(`/${i + 1}`)])),
      "/none": redirect("http://["),
    });
    await using server = await serving({ allow_cidrs: ["127.0.0.1"], ports: [web.port] });
    expect(await preview(server, `${web.url}/circle`)).toMatchObject(unfetched);
    expect(web.requests).toHaveLength(6);
    expect(await preview(server, `${web.url}/0`)).toMatchObject(unfetched);
    expect((await preview(server, `${web.url}/1`)).body).toEqual({ "og:title": "t" });
    expect(await preview(server, `${web.url}/none`)).toMatchObject(unfetched);
  });

  it("is read as far as a page may go, though it never ends", async () => {
    let close: () => void = () => {};
    const closed = new Promise<void>((resolve) => (close = resolve));
    await using web = await openWeb({
      "/": (response) => {
        response.writeHead(200, { "content-type": "text/html" }).write("<title>t</title>");
        const chunk = Buffer.alloc(65_536, "x");
        const more = (): void => void response.write(chunk, (error) => !error && setImmediate(more));
        more();
        response.on("close", close);
      },
      "/late": html(`${" ".repeat(limits.previewPageBytes.value - 20)}<title>t</title><title>`),
      "/tooLate": html(`${" ".repeat(limits.previewPageBytes.value)}<title>t</title>`),
    });
    await using server = await serving({ allow_cidrs: ["127.0.0.1"], ports: [web.port] });
    expect((await preview(server, `${web.url}/`)).body).toEqual({ "og:title": "t" });
    expect((await preview(server, `${web.url}/late`)).body).toEqual({ "og:title": "t" });
    expect((await preview(server, `${web.url}/tooLate`)).body).toEqual({});
    await closed;
  });

  it("holds up nobody, however deep it is or whatever it repeats", async () => {
    const size = limits.previewPageBytes.value;
    const fill = (part: string): string => part.repeat(Math.ceil(size / part.length)).slice(0, size);
    const parts = [
      "<div>",
      "<b><p>",
      "<svg><math>",
      "<a b=",
      "<!--",
      "&amp",
      "<p>&#x1F600;",
      "<meta name=a content=",
      "</",
      "<",
      `<p title="`,
      "<script>",
    ];
    const attributes = fill(Array.from({ length: 150_000 }, (_, i) => `a${i} `).join(""));
    const pages = [...parts.map(fill), `<meta ${attributes}>`, fill("<title>"), fill(`<meta name=n content="${"x".repeat(900)}">`)];
    await using web = await openWeb(Object.fromEntries(pages.map((text, i) => [`/${i}`, html(text)])));
    await using server = await serving({ allow_cidrs: ["127.0.0.1"], ports: [web.port] });
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    for (const [i] of pages.entries()) {
      let rounds = 0;
      let isOver = false;
      const count = (): void => {
        rounds++;
        if (!isOver) setImmediate(count);
      };
      count();
      expect((await preview(server, `${web.url}/${i}`)).status).toBe(200);
      isOver = true;
      expect(rounds).toBeGreaterThan(5);
    }
    delay.disable();
    console.log(`the longest hold-up by ${pages.length} hostile pages of 1 MiB: ${(delay.max / 1e6).toFixed(1)} ms`);
  });

  it("cannot be too long an address", async () => {
    await using server = await serving({});
    const most = limits.previewUrlLength.value;
    const answer = await preview(server, `http://127.0.0.1/${"x".repeat(most)}`);
    expect(answer).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } });
    expect(answer.body.error).toContain(`${most}`);
    expect(await preview(server, `http://127.0.0.1/${"x".repeat(most - 17)}`)).toMatchObject(unfetched);
  });

  it("is forgotten when newer ones are kept", async () => {
    await using web = await openWeb({ "/": html("<title>t</title>") });
    await using server = await serving({ allow_cidrs: ["127.0.0.1"], ports: [web.port] });
    const old = Array.from({ length: limits.urlPreviews.value + 5 }, (_, i) => `old${i}`);
    await fillPreviews(server, old);
    expect((await preview(server, `${web.url}/`)).status).toBe(200);
    expect(await countPreviews(server, old)).toBe(limits.urlPreviews.value - 1);
    expect((await preview(server, `${web.url}/`)).status).toBe(200);
    expect(web.requests).toHaveLength(1);
  });

  it("that does not answer ends with the server", async () => {
    await using web = await openWeb({ "/": () => {} });
    const server = await serving({ allow_cidrs: ["127.0.0.1"], ports: [web.port] });
    const asking = preview(server, `${web.url}/`).catch(() => ({ status: 502 }));
    while (web.requests.length === 0) await new Promise(setImmediate);
    await server[Symbol.asyncDispose]();
    expect((await asking).status).toBe(502);
  });
});
