/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// The bridge as people run it, between a real homeserver and an IRC server: its own process, stopped and started in the middle.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistration, formatRegistration } from "@patrix/appservice";
import { createClient, silentLogger } from "@patrix/client";
import type { RoomId } from "@patrix/identifiers";
import { type TestHomeserver, testHomeserver, type TestUser } from "@patrix/homeserver/testing";
import { describe, expect, it } from "vitest";
import { IrcServer } from "../../../conformance/outside/irc-server.ts";

const main = join(import.meta.dirname, "../src/main.ts");

interface ShownEvent {
  readonly event_id: string;
  readonly type: string;
  readonly sender: string;
  readonly state_key?: string;
  readonly content: {
    readonly body?: string;
    readonly membership?: string;
    readonly displayname?: string;
    readonly formatted_body?: string;
  };
}

class Scene implements AsyncDisposable {
  readonly irc: IrcServer;
  readonly server: TestHomeserver;
  readonly alice: TestUser;
  readonly #folder: string;
  readonly #port: number;
  #isEncrypted = false;
  #filesPort = 0;
  #process: ChildProcess | undefined;
  log = "";
  roomId = "";

  private constructor(parts: { irc: IrcServer; server: TestHomeserver; alice: TestUser; folder: string; port: number }) {
    [this.irc, this.server, this.alice, this.#folder, this.#port] = [parts.irc, parts.server, parts.alice, parts.folder, parts.port];
  }

  /** A homeserver with the bridge's registration, an IRC server with bob in #talk, the bridge between them, and alice in the room. */
  static async set({ encrypted = false, files = false } = {}): Promise<Scene> {
    const folder = await mkdtemp(join(tmpdir(), "patrix-irc-bridge-"));
    const port = await freePort();
    const names = { senderLocalpart: "_irc_bot", ghostPrefix: "_irc_", aliasPrefix: "irc_" };
    const registration = createRegistration({ id: "irc", url: `http://127.0.0.1:${port}`, encryption: true, ...names });
    const file = join(folder, "registration.yaml");
    await writeFile(file, formatRegistration(registration));
    const irc = await IrcServer.start();
    irc.play("bob", "#talk");
    const server = await testHomeserver({ dataDir: join(folder, "data"), config: { app_service_files: [file] } });
    const alice = await server.register("alice");
    const scene = new Scene({ irc, server, alice, folder, port });
    scene.#isEncrypted = encrypted;
    if (files) scene.#filesPort = await freePort();
    await scene.start();
    const joined = await server.requestAs(alice, "POST", `/join/${encodeURIComponent("#irc_talk:localhost")}`, {});
    scene.roomId = String(joined.body["room_id"]);
    await scene.hears("matrix #talk :* alice has joined");
    return scene;
  }

  /** Starts the bridge, and waits until it is in the channel. */
  async start(): Promise<void> {
    const env = {
      ...process.env,
      HOMESERVER: this.server.url,
      REGISTRATION: join(this.#folder, "registration.yaml"),
      STORE: join(this.#folder, "bridge.db"),
      IRC_HOST: "127.0.0.1",
      IRC_PORT: String(this.irc.port),
      IRC_CHANNELS: "#talk",
      IRC_ENCRYPTED: this.#isEncrypted ? "1" : "",
      PORT: String(this.#port),
      ...(this.#filesPort > 0 && { IRC_FILES_URL: `http://127.0.0.1:${this.#filesPort}/files/`, IRC_FILES_PORT: String(this.#filesPort) }),
    };
    const child = spawn(process.execPath, ["-C", "@patrix/source", main], { env });
    this.#process = child;
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (this.log += String(chunk)));
    await this.until("the bridge in the channel", () => this.irc.members("#talk").includes("matrix"));
  }

  /** Stops the bridge as operators do, and waits until it is gone. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGTERM");
    const [code] = await ended;
    if (code !== 0) throw new Error(`the bridge ended with ${String(code)}: ${this.log}`);
  }

  /** Ends the bridge as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await this.until("the bridge out of the channel", () => !this.irc.members("#talk").includes("matrix"));
  }

  async until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    for (const end = Date.now() + 45_000; Date.now() < end;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${what} did not come. On IRC: ${JSON.stringify(this.irc.said)}. The bridge: ${this.log}`);
  }

  /** Waits until somebody on IRC hears a line. */
  async hears(line: string): Promise<void> {
    await this.until(line, () => this.irc.said.includes(line));
  }

  /** Waits until the bot has a device: who writes before that writes for nobody. */
  async canRead(): Promise<void> {
    const bot = "@_irc_bot:localhost";
    await this.until("the device of the bot", async () => {
      const { body } = await this.server.requestAs(this.alice, "POST", "/keys/query", { device_keys: { [bot]: [] } });
      const devices = (body["device_keys"] as Record<string, object> | undefined)?.[bot] ?? {};
      return Object.keys(devices).length > 0;
    });
  }

  /** Waits until somebody on IRC hears of a file of alice. @returns Its link. */
  async hearsOfFile(name: string): Promise<string> {
    const start = `matrix #talk :<alice> ${name} <`;
    const line = await this.until(name, () => this.irc.said.find((said) => said.startsWith(start)));
    return line.slice(start.length, -1);
  }

  /** Waits until an event is shown in the room. */
  async shows(what: string, isIt: (event: ShownEvent) => boolean): Promise<ShownEvent> {
    return this.until(what, async () => (await this.events()).find(isIt));
  }

  /** The events of the room, the oldest first. */
  async events(): Promise<ShownEvent[]> {
    const { body } = await this.server.requestAs<{ chunk: ShownEvent[] }>(
      this.alice,
      "GET",
      `/rooms/${this.roomId}/messages?dir=f&limit=500`,
    );
    return body.chunk;
  }

  /** What is said in the room, as `localpart: text`. */
  async said(): Promise<string[]> {
    const messages = (await this.events()).filter(({ type }) => type === "m.room.message");
    return messages.map(({ sender, content }) => `${sender.slice(1).split(":")[0]}: ${content.body ?? ""}`);
  }

  async send(content: object, name = JSON.stringify(content)): Promise<string> {
    const path = `/rooms/${this.roomId}/send/m.room.message/${encodeURIComponent(name)}`;
    const { status, body } = await this.server.requestAs(this.alice, "PUT", path, { msgtype: "m.text", ...content });
    if (status !== 200) throw new Error(JSON.stringify(body));
    return String(body["event_id"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.server.stop();
    await this.irc[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await once(probe.listen(0, "127.0.0.1"), "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

describe("the IRC bridge", { timeout: 180_000 }, () => {
  it("carries what people say both ways, with its formatting, and each thing once", async () => {
    await using scene = await Scene.set();
    scene.irc.say("bob", "#talk", "hello \u0002from\u0002 <IRC>");
    const heard = await scene.shows("what bob says", ({ content }) => content.body === "hello from <IRC>");
    expect(heard.sender).toBe("@_irc_bob:localhost");
    expect(heard.content.formatted_body).toBe("hello <strong>from</strong> &lt;IRC&gt;");
    scene.irc.say("bob", "#talk", "\u0001ACTION waves\u0001");
    await scene.shows("what bob does", ({ content }) => content.body === "waves");
    const said = await scene.send({ body: "hello\nQUIT :x", format: "org.matrix.custom.html", formatted_body: "<b>hello</b><br>QUIT :x" });
    await scene.hears("matrix #talk :<alice> \u0002hello\u0002");
    await scene.hears("matrix #talk :<alice> QUIT :x");
    await scene.send({ body: "to you", "m.relates_to": { "m.in_reply_to": { event_id: heard.event_id } } });
    await scene.hears("matrix #talk :<alice> bob: to you");
    await scene.send({
      body: "* bye",
      "m.new_content": { msgtype: "m.text", body: "bye" },
      "m.relates_to": { rel_type: "m.replace", event_id: said },
    });
    await scene.hears("matrix #talk :<alice> (edited) bye");
    await scene.server.requestAs(scene.alice, "PUT", `/rooms/${scene.roomId}/redact/${said}/r`, {});
    await scene.hears("matrix #talk :* alice has taken back: \u0002hello\u0002");
    expect(scene.irc.said).toHaveLength(6);
    expect((await scene.said()).filter((line) => line.startsWith("_irc"))).toEqual(["_irc_bob: hello from <IRC>", "_irc_bob: waves"]);
  });

  it("shows who comes, goes and has another name, on both sides", async () => {
    await using scene = await Scene.set();
    const member = (localpart: string, membership: string) => (event: ShownEvent) =>
      event.type === "m.room.member" && event.state_key === `@${localpart}:localhost` && event.content.membership === membership;
    await scene.shows("bob, who was there", member("_irc_bob", "join"));
    scene.irc.play("carol", "#talk");
    await scene.shows("carol", member("_irc_carol", "join"));
    scene.irc.rename("bob", "robert");
    scene.irc.say("robert", "#talk", "it is me");
    const said = await scene.shows("what bob says under another name", ({ content }) => content.body === "it is me");
    expect(said.sender).toBe("@_irc_bob:localhost");
    await scene.shows("the name", (event) => member("_irc_bob", "join")(event) && event.content.displayname === "robert");
    scene.irc.leave("carol", "#talk");
    await scene.shows("carol, leaving", member("_irc_carol", "leave"));
    scene.irc.quit("robert");
    await scene.shows("bob, leaving", member("_irc_bob", "leave"));
    await scene.server.requestAs(scene.alice, "PUT", `/profile/${scene.alice.userId}/displayname`, { displayname: "Alice L." });
    await scene.hears("matrix #talk :* alice is now Alice L.");
    await scene.server.requestAs(scene.alice, "POST", `/rooms/${scene.roomId}/leave`, {});
    await scene.hears("matrix #talk :* Alice L. has left");
  });

  it("loses nothing and says nothing twice when it is stopped in the middle and started again", async () => {
    await using scene = await Scene.set();
    const lines = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `line ${from + i}`);
    for (const body of lines(0, 10)) scene.irc.say("bob", "#talk", body);
    for (const body of lines(0, 10)) await scene.send({ body });
    // It has begun, and is not done.
    await scene.hears("matrix #talk :<alice> line 0");
    await scene.stop();
    scene.irc.quit("bob");
    for (const body of lines(10, 20)) await scene.send({ body });
    await scene.start();
    scene.irc.play("carol", "#talk");
    for (const body of lines(10, 20)) scene.irc.say("carol", "#talk", body);
    await scene.shows("the last line", ({ sender, content }) => sender === "@_irc_carol:localhost" && content.body === "line 19");
    await scene.hears("matrix #talk :<alice> line 19");
    const said = await scene.said();
    expect(scene.irc.said.filter((line) => line.includes("<alice>"))).toEqual(lines(0, 20).map((body) => `matrix #talk :<alice> ${body}`));
    expect(said.filter((line) => line.startsWith("_irc_bob"))).toEqual(lines(0, 10).map((body) => `_irc_bob: ${body}`));
    expect(said.filter((line) => line.startsWith("_irc_carol"))).toEqual(lines(10, 20).map((body) => `_irc_carol: ${body}`));
    await scene.shows(
      "that bob went while it was away",
      ({ state_key: key, content }) => key === "@_irc_bob:localhost" && content.membership === "leave",
    );
  });

  it("loses nothing of what people here say when it is killed, and repeats one message at most", async () => {
    await using scene = await Scene.set();
    const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
    for (const body of lines) scene.irc.say("bob", "#talk", body);
    for (const body of lines) await scene.send({ body });
    await scene.hears("matrix #talk :<alice> line 3");
    await scene.kill();
    await scene.start();
    await scene.hears("matrix #talk :<alice> line 19");
    const spoken = scene.irc.said.filter((line) => line.includes("<alice>"));
    expect([...new Set(spoken)]).toEqual(lines.map((body) => `matrix #talk :<alice> ${body}`));
    expect(spoken.length - lines.length).toBeLessThanOrEqual(1);
    // IRC does not say again what it has said: what was stored comes, each thing once and in order.
    scene.irc.say("bob", "#talk", "the end");
    await scene.shows("the end", ({ content }) => content.body === "the end");
    const heard = (await scene.said()).filter((line) => line.startsWith("_irc_bob")).slice(0, -1);
    expect(heard.length).toBeGreaterThan(0);
    expect(heard).toEqual(lines.slice(0, heard.length).map((body) => `_irc_bob: ${body}`));
  });

  it("comes back to IRC when the connection is lost, and says then what it could not", async () => {
    await using scene = await Scene.set();
    scene.irc.cut();
    await scene.send({ body: "while it was away" });
    await scene.hears("matrix #talk :<alice> while it was away");
    expect(scene.irc.said.filter((line) => line.includes("while it was away"))).toHaveLength(1);
    scene.irc.say("bob", "#talk", "here again");
    await scene.shows("what bob says", ({ content }) => content.body === "here again");
  });

  it("carries what people say in an encrypted room both ways, also after it was stopped, and after it was killed", async () => {
    await using scene = await Scene.set({ encrypted: true });
    await using client = await createClient(scene.server.url, { encryption: true, logger: silentLogger });
    await client.login.password("alice", "secret");
    const heard: string[] = [];
    client.on("m.room.message", (event) => void (event.isOwn || heard.push(`${event.sender.name}: ${event.text}`)));
    await client.start();
    const room = client.rooms.get(scene.roomId as RoomId);
    if (!room) throw new Error("alice is not in the room");
    await scene.canRead();
    const everyWay = async (when: string): Promise<void> => {
      await room.send.text(`to IRC ${when}`);
      await scene.hears(`matrix #talk :<alice> to IRC ${when}`);
      scene.irc.say("bob", "#talk", `to Matrix ${when}`);
      await expect.poll(() => heard.at(-1)).toBe(`bob: to Matrix ${when}`);
    };
    await everyWay("at first");
    await scene.stop();
    await room.send.text("while it was away");
    await scene.start();
    await scene.hears("matrix #talk :<alice> while it was away");
    await everyWay("after a stop");
    const sending = Array.from({ length: 10 }, (_, i) => room.send.text(`line ${i}`));
    await scene.hears("matrix #talk :<alice> line 2");
    await scene.kill();
    await Promise.all(sending);
    await scene.start();
    await scene.hears("matrix #talk :<alice> line 9");
    await everyWay("after a kill");
    const spoken = scene.irc.said.filter((line) => line.includes("<alice> line"));
    expect([...new Set(spoken)]).toEqual(Array.from({ length: 10 }, (_, i) => `matrix #talk :<alice> line ${i}`));
    expect(spoken.length).toBeLessThanOrEqual(11);
    // Nobody has said anything in the clear.
    const types = (await scene.events()).filter(({ state_key: key }) => key === undefined).map(({ type }) => type);
    expect([...new Set(types)]).toEqual(["m.room.encrypted"]);
    expect(heard).toHaveLength(3);
    expect(scene.irc.said.filter((line) => line.includes("cannot decrypt"))).toEqual([]);
  });

  it("gives people on IRC links to files, of encrypted rooms too, until they are taken back", async () => {
    await using scene = await Scene.set({ encrypted: true, files: true });
    await using client = await createClient(scene.server.url, { encryption: true, logger: silentLogger });
    await client.login.password("alice", "secret");
    await client.start();
    const room = client.rooms.get(scene.roomId as RoomId);
    if (!room) throw new Error("alice is not in the room");
    const bytes = new TextEncoder().encode("what is in the picture");
    await scene.canRead();
    const picture = await room.send.image({ data: bytes, name: "cat.png" }, { caption: "my cat" });
    const page = await room.send.file({ data: bytes, name: "pagé's.html", type: "text/html" });
    const pictureUrl = await scene.hearsOfFile("cat.png");
    await scene.hears("matrix #talk :<alice> my cat");
    const get = async (url: string): Promise<unknown[]> => {
      const response = await fetch(url);
      const { headers } = response;
      return [response.status, headers.get("content-type"), headers.get("content-disposition"), await response.text()];
    };
    const shown = [200, "image/png", "inline; filename*=UTF-8''cat.png", "what is in the picture"];
    expect(await get(pictureUrl)).toEqual(shown);
    // Nothing of it runs in a browser.
    const disposition = "attachment; filename*=UTF-8''pag%C3%A9%27s.html";
    expect(await get(await scene.hearsOfFile("pagé's.html"))).toEqual([
      200,
      "application/octet-stream",
      disposition,
      "what is in the picture",
    ]);
    // Whoever knows the event has no link.
    const none = [404, "text/plain", null, "there is no such file, or no more"];
    const proof = pictureUrl.split("/").at(-1) ?? "";
    expect(await get(pictureUrl.replace(proof, `${proof.slice(0, -1)}${proof.endsWith("A") ? "B" : "A"}`))).toEqual(none);
    expect(await get(pictureUrl.replace(encodeURIComponent(picture), encodeURIComponent(page)))).toEqual(none);
    await scene.stop();
    await scene.start();
    expect(await get(pictureUrl)).toEqual(shown);
    await room.send.file({ data: new Uint8Array(32 * 1024 * 1024 + 1), name: "large.bin" });
    expect(await get(await scene.hearsOfFile("large.bin"))).toEqual([413, "text/plain", null, "the file is too large to be shown here"]);
    const event = await room.event(picture);
    await event.redact();
    await scene.hears("matrix #talk :* alice has taken back: cat.png");
    await expect.poll(() => get(pictureUrl)).toEqual(none);
  });
});
