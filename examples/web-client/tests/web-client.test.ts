/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// The web client as people use it: in a browser, by what they see and hear, on a homeserver that serves it.
import { existsSync } from "node:fs";
import { type Client, createClient, silentLogger } from "@patrix/client";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildWebClient } from "../build.ts";
import { findings } from "./accessibility.ts";

const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
if (browserPath === undefined) process.stderr.write("skipped: the web client in a browser, since Debian's chromium is not installed\n");

describe.skipIf(browserPath === undefined)("the web client", () => {
  let server: TestHomeserver;
  let browser: Browser;
  let bob: Client;
  const complaints: string[] = [];
  beforeAll(async () => {
    server = await testHomeserver({ config: { web_client: { path: await buildWebClient() } } });
    await server.register("bob");
    bob = await nodeClient("bob");
    browser = await chromium.launch({ executablePath: browserPath ?? "", args: ["--no-sandbox", "--disable-gpu"] });
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await bob?.[Symbol.asyncDispose]();
    await server?.[Symbol.asyncDispose]();
  });

  /** A client of ours on Node, which joins what it is invited to. */
  async function nodeClient(user: string): Promise<Client> {
    const client = await createClient(server.url, { encryption: true, logger: silentLogger });
    await client.login.password(user, "secret", { deviceName: `phone of ${user}` });
    await client.start();
    client.rooms.invites.subscribe((rooms) => rooms.forEach((room) => void room.join().catch(() => {})));
    return client;
  }

  /** Makes an account by the page, as somebody who has just cloned the project. */
  async function comeIn(context: BrowserContext, user: string): Promise<Page> {
    const page = await openPage(context);
    await page.getByRole("button", { name: "Create an account" }).click();
    await page.getByLabel("Username").fill(user);
    await page.getByLabel("Password").fill("secret");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByText("Choose a conversation").waitFor();
    return page;
  }

  async function openPage(context: BrowserContext): Promise<Page> {
    const page = await context.newPage();
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      // What the network fails with is on purpose here.
      if (message.type() === "error" && !message.text().includes("Failed to load resource")) complaints.push(message.text());
    });
    await page.goto(`${server.url}/web/`);
    return page;
  }

  async function begin(page: Page, name: string): Promise<`!${string}`> {
    await page.getByRole("button", { name: "New conversation" }).first().click();
    await page.getByLabel("Whom to talk to").fill(bob.userId);
    await page.getByLabel("What it is called").fill(name);
    await page.getByRole("button", { name: "Begin" }).click();
    const [room] = await bob.rooms.list({ filter: { name } }).until((rooms) => rooms.length > 0);
    await page.getByRole("main", { name }).waitFor();
    return room!.id;
  }

  const messages = (page: Page) => page.getByRole("log", { name: "Messages", exact: true });
  const write = async (page: Page, text: string): Promise<void> => {
    await page.getByRole("main").getByRole("textbox").fill(text);
    await page.keyboard.press("Enter");
  };

  /** Waits until a picture is there. */
  const loaded = (picture: Locator): Promise<void> => expect.poll(() => picture.getAttribute("src"), { timeout: 30_000 }).toMatch(/^blob:/);

  it("lets somebody who has just come chat, encrypted, with threads and pictures, and read it all after a reload", async () => {
    await using context = await browser.newContext();
    const page = await comeIn(context, "ann");
    const roomId = await begin(page, "Tea club");
    const theirs = bob.rooms.get(roomId)!;
    expect(theirs.encrypted).toBe(true);
    await write(page, "Hello **Bob**");
    const heard = await theirs
      .timeline()
      .items.until((items) => items.some((item) => item.kind === "event" && item.message?.text === "Hello **Bob**"));
    const hello = heard.find((item) => item.kind === "event" && item.message?.text === "Hello **Bob**");
    expect(hello?.kind === "event" && hello.event.encryption?.state).not.toBe("failed");
    await messages(page).locator("strong", { hasText: /^Bob$/ }).waitFor();
    const rootId = await theirs.send.text("Which tea?");
    const root = messages(page).locator("li.message", { hasText: "Which tea?" });
    await root.waitFor();
    await root.hover();
    await root.getByRole("button", { name: "Open a thread" }).click();
    await page.getByRole("textbox", { name: "Reply in the thread" }).fill("Assam");
    await page.keyboard.press("Enter");
    await messages(page)
      .getByRole("button", { name: /1 reply/ })
      .waitFor();
    await (await theirs.event(rootId)).react("🎉");
    await messages(page).getByRole("button", { name: "🎉 1 by bob" }).waitFor();
    await page.setInputFiles("main input[type=file]", {
      name: "dot.png",
      mimeType: "image/png",
      buffer: Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"),
    });
    const picture = messages(page).getByRole("img", { name: "dot.png" });
    await picture.waitFor();
    await loaded(picture);
    await using poll = theirs.poll(await theirs.send.poll("Assam or Darjeeling?", ["Assam", "Darjeeling"]));
    await messages(page).getByRole("button", { name: "Darjeeling 0" }).click();
    await poll.results.until((results) => results?.answers[1]?.voters.length === 1);
    await messages(page).getByRole("button", { name: "Darjeeling 1", pressed: true }).waitFor();
    expect(await findings(page)).toEqual([]);
    await poll.end();
    await messages(page).getByText("1 vote · ended").waitFor();
    expect(await messages(page).getByRole("button", { name: "Assam 0" }).isDisabled()).toBe(true);
    await page.reload();
    await page.getByRole("button", { name: /Tea club/ }).click();
    await messages(page).getByText("Which tea?").waitFor();
    await loaded(messages(page).getByRole("img", { name: "dot.png" }));
    await page.getByRole("button", { name: "Search in this conversation" }).click();
    await page.getByLabel("What to look for").fill("which");
    await page.keyboard.press("Enter");
    await page.getByRole("complementary", { name: "Search" }).getByText("Which tea?").waitFor();
    expect(complaints).toEqual([]);
  });

  it("shows what is written offline, and sends it when the network is back", async () => {
    await using context = await browser.newContext();
    const page = await comeIn(context, "dora");
    const roomId = await begin(page, "Far away");
    await context.setOffline(true);
    await page.getByText("No connection to the server").or(page.getByText("Connecting…")).first().waitFor();
    await write(page, "Are you there?");
    await messages(page).getByText("Are you there?").waitFor();
    await messages(page).getByText("Sending…").waitFor();
    await context.setOffline(false);
    await bob.rooms
      .get(roomId)!
      .timeline()
      .items.until((items) => items.some((item) => item.kind === "event" && item.message?.text === "Are you there?"));
    await messages(page).getByText("Sending…").waitFor({ state: "detached" });
  });

  it("backs up the keys of a new account, and verifies its next device by emoji", async () => {
    await using context = await browser.newContext();
    await using other = await browser.newContext();
    const page = await comeIn(context, "carl");
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("button", { name: "Make a recovery key" }).click();
    expect((await page.locator(".recovery-key code").textContent())?.split(" ")).toHaveLength(12);
    await page.keyboard.press("Escape");
    const second = await openPage(other);
    await second.getByLabel("Username").fill("carl");
    await second.getByLabel("Password").fill("secret");
    await second.getByRole("button", { name: "Sign in" }).click();
    await second.getByRole("status").getByRole("button", { name: "Verify" }).click();
    await second.getByRole("button", { name: "Compare with another device" }).click();
    await page.getByRole("button", { name: "Begin" }).click();
    const emoji = await Promise.all(
      [page, second].map(async (tab) => {
        await tab.locator(".emoji li").first().waitFor();
        return tab.locator(".emoji").innerText();
      }),
    );
    expect(emoji[0]).toBe(emoji[1]);
    for (const tab of [page, second]) await tab.getByRole("button", { name: "They are the same" }).click();
    for (const tab of [page, second]) await tab.getByText("Verified. Messages between").waitFor();
    expect(complaints).toEqual([]);
  });

  it("can be used by the keyboard alone, and leaves the store to one tab", async () => {
    await using context = await browser.newContext();
    const page = await comeIn(context, "eve");
    expect(await findings(page)).toEqual([]);
    await begin(page, "One");
    await begin(page, "Two");
    await page.getByRole("button", { name: /Two/ }).first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("main", { name: "One" }).waitFor();
    // The field has the focus when a conversation opens.
    await page.keyboard.type("by keys");
    await page.keyboard.press("Enter");
    await messages(page).getByText("by keys").waitFor();
    await messages(page).getByText("Sending…").waitFor({ state: "detached" });
    await page.keyboard.press("ArrowUp");
    await page.getByText("Editing").waitFor();
    await page.keyboard.type(" only");
    await page.keyboard.press("Enter");
    await messages(page).getByText("by keys only").waitFor();
    const second = await openPage(context);
    await second.getByRole("heading", { name: "Open in another tab" }).waitFor();
    await page.close();
    await second.getByRole("button", { name: /One/ }).waitFor();
    await second.emulateMedia({ colorScheme: "dark" });
    expect(await findings(second)).toEqual([]);
  });
});
