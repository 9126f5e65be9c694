// One encrypted room with our client and a foreign one: both directions, keys that change, restarts, emoji, and keys taken along.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, createClient, type Room, silentLogger, type Verification } from "@patrix/client";
import { sqliteStore } from "@patrix/client/node";
import type { TestHomeserver } from "@patrix/homeserver/testing";
import type { RoomId, UserId } from "@patrix/identifiers";
import { ForeignPerson } from "./foreign-person.ts";

/** The password of everybody. */
const PASSWORD = "correct horse 1";

/** Where they meet. */
export interface TalkPlace {
  readonly server: TestHomeserver;
  readonly folder: string;
  /** How the foreign program is started for somebody. */
  readonly program: (name: string, folder: string) => { readonly command: string; readonly args: readonly string[] };
  /** Whether it has secret storage and backups; keys go in files where it does not. */
  readonly hasBackup: boolean;
  /** Who may ask to compare emoji. */
  readonly asks: readonly ("ours" | "theirs")[];
}

const PATIENCE_MS = 40_000;

/** Asks again and again until something is so. @throws With what is so instead. */
async function until(what: string, look: () => boolean | Promise<boolean>, instead: () => unknown = () => undefined): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; !(await look());) {
    if (Date.now() > end) throw new Error(`${what} did not come; there is ${JSON.stringify(instead())}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until a client shows texts in a room, paging back where it must. */
async function shows(client: Client, roomId: RoomId, wanted: readonly string[]): Promise<void> {
  await until("the room", () => client.rooms.get(roomId) !== undefined);
  await using timeline = client.rooms.get(roomId)?.timeline();
  const texts = (): (string | undefined)[] =>
    (timeline?.items.value ?? []).flatMap((item) => (item.kind === "event" ? [item.message?.text] : []));
  const look = async (): Promise<boolean> => {
    await timeline?.back(100);
    return wanted.every((text) => texts().includes(text));
  };
  await until(wanted.join(", "), look, texts);
}

/** One thing that both do. */
export interface TalkStep {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** Ours and theirs in one room. */
export class Talk implements AsyncDisposable {
  readonly #place: TalkPlace;
  #ours: Client | undefined;
  #theirs: ForeignPerson | undefined;
  #room: RoomId | undefined;
  readonly #heard: string[] = [];

  constructor(place: TalkPlace) {
    this.#place = place;
  }

  /** What they do, in order. */
  get steps(): readonly TalkStep[] {
    const step = (name: string, run: () => Promise<void>): TalkStep => ({ name, run });
    return [
      step("they meet in a room that ours has made, and read one another", () => this.#meet()),
      step("30 messages each way arrive, with keys that change every five", () => this.#sayMuch()),
      step("both go on after a restart of theirs, and read what was said meanwhile", () => this.#restartTheirs()),
      step("both go on after a restart of ours, and read what was said meanwhile", () => this.#restartOurs()),
      ...this.#place.asks.map((who) => step(`both show the same emoji where ${who} asks, and are verified then`, () => this.#verify(who))),
      ...(this.#place.hasBackup
        ? [
            step("a new device of theirs reads from the backup that ours has made", () => this.#recoverTheirs()),
            step("a new device of ours reads from the backup that theirs has made", () => this.#recoverOurs()),
          ]
        : [step("each reads what was said before with keys in a file from the other", () => this.#takeKeysAlong())]),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#theirs?.[Symbol.asyncDispose]();
    await this.#ours?.[Symbol.asyncDispose]();
  }

  async #register(name: string): Promise<void> {
    const body = { username: name, password: PASSWORD, inhibit_login: true, auth: { type: "m.login.dummy" } };
    const { status } = await this.#place.server.request("POST", "/_matrix/client/v3/register", body);
    if (status !== 200) throw new Error(`${name} cannot be registered`);
  }

  async #openOurs(name: string): Promise<Client> {
    const store = sqliteStore(join(this.#place.folder, `${name}.db`));
    const client = await createClient(this.#place.server.url, { store, encryption: true, logger: silentLogger });
    if (!client.session.value) await client.login.password(name, PASSWORD);
    client.on("m.room.message", (event) => void (event.isOwn || this.#heard.push(event.text ?? "")));
    await client.start();
    return client;
  }

  #openTheirs(name: string, folder = this.#place.folder): Promise<ForeignPerson> {
    const { command, args } = this.#place.program(name, folder);
    return ForeignPerson.start(name, command, args);
  }

  get #both(): { readonly ours: Client; readonly theirs: ForeignPerson; readonly room: Room } {
    const room = this.#room && this.#ours?.rooms.get(this.#room);
    if (!this.#ours || !this.#theirs || !room) throw new Error("they have not met");
    return { ours: this.#ours, theirs: this.#theirs, room };
  }

  async #say(body: string): Promise<void> {
    const { theirs, room } = this.#both;
    await room.send.text(`ours: ${body}`);
    await theirs.tell("hears", { room: room.id, body: `ours: ${body}` });
    await theirs.tell("say", { room: room.id, body: `theirs: ${body}` });
    await this.#hears(`theirs: ${body}`);
  }

  async #hears(body: string): Promise<void> {
    await until(
      body,
      () => this.#heard.includes(body),
      () => this.#heard,
    );
  }

  async #meet(): Promise<void> {
    for (const name of ["ours", "theirs"]) await this.#register(name);
    this.#ours = await this.#openOurs("ours");
    this.#theirs = await this.#openTheirs("theirs");
    const userId: UserId = "@theirs:localhost";
    const room = await this.#ours.rooms.create({ invite: [userId] });
    this.#room = room.id;
    await room.state.set("m.room.encryption", { algorithm: "m.megolm.v1.aes-sha2", rotation_period_msgs: 5 });
    await this.#theirs.tell("join", { room: room.id });
    await room.info.until(() => room.encrypted && room.members.get(userId)?.membership === "join");
    await this.#say("hello");
  }

  async #sayMuch(): Promise<void> {
    const { theirs, room } = this.#both;
    const sending = Array.from({ length: 30 }, (_, at) => room.send.text(`ours ${at}`));
    for (let at = 0; at < 30; at += 1) await theirs.tell("say", { room: room.id, body: `theirs ${at}` });
    await Promise.all(sending);
    for (let at = 0; at < 30; at += 1) {
      await this.#hears(`theirs ${at}`);
      await theirs.tell("hears", { room: room.id, body: `ours ${at}` });
    }
    const heard = this.#heard.filter((body) => /^theirs \d/.test(body));
    if (heard.length !== 30) throw new Error(`ours has heard ${heard.length} of 30`);
  }

  async #restartTheirs(): Promise<void> {
    const { theirs, room } = this.#both;
    const { device } = theirs;
    await theirs[Symbol.asyncDispose]();
    await room.send.text("while theirs was away");
    this.#theirs = await this.#openTheirs("theirs");
    if (this.#theirs.device !== device) throw new Error("theirs has another device");
    await this.#theirs.tell("hears", { room: room.id, body: "while theirs was away" });
    await this.#say("after a restart of theirs");
  }

  async #restartOurs(): Promise<void> {
    const { ours, theirs, room } = this.#both;
    await ours[Symbol.asyncDispose]();
    await theirs.tell("say", { room: room.id, body: "while ours was away" });
    this.#ours = await this.#openOurs("ours");
    await this.#hears("while ours was away");
    await this.#say("after a restart of ours");
  }

  async #verify(who: "ours" | "theirs"): Promise<void> {
    const { ours, theirs } = this.#both;
    // matrix-rust-sdk takes a verification that has ended for one that goes on until it has synced again, and then cancels the next.
    await this.#say(`before ${who} asks`);
    const asked = new Promise<Verification>((resolve) => ours.encryption.onRequest(resolve));
    let verification: Verification;
    let answer: Promise<{ readonly emoji?: readonly string[] }>;
    if (who === "ours") {
      const device = (await ours.encryption.devices("@theirs:localhost")).find(({ id }) => id === theirs.device);
      if (!device) throw new Error("ours does not know the device of theirs");
      verification = await device.verify();
      answer = theirs.tell("answer");
    } else {
      answer = theirs.tell("ask", { user: ours.userId, device: ours.session.value?.deviceId });
      verification = await asked;
      await verification.accept();
    }
    let seen: readonly string[] = [];
    for await (const step of verification) {
      if (step.step !== "emoji") continue;
      seen = step.emoji.map(({ symbol }) => symbol);
      const { emoji } = await answer;
      if (JSON.stringify(emoji) !== JSON.stringify(seen)) throw new Error(`${JSON.stringify(emoji)} and ${JSON.stringify(seen)}`);
      const [{ verified }] = await Promise.all([theirs.tell("confirm"), verification.confirm()]);
      if (verified !== true) throw new Error("theirs has not verified ours");
    }
    if (verification.value.step !== "done") throw new Error(`it has ended with ${JSON.stringify(verification.value)}`);
    const devices = await ours.encryption.devices("@theirs:localhost");
    if (devices.find(({ id }) => id === theirs.device)?.verified !== true) throw new Error("ours has not verified theirs");
  }

  async #recoverTheirs(): Promise<void> {
    await this.#register("shared1");
    await using ours = await this.#openOurs("shared1");
    const { recoveryKey } = await ours.encryption.setup({
      uia: () => ({ identifier: { type: "m.id.user", user: "shared1" }, password: PASSWORD }) as never,
    });
    const room = await ours.rooms.create({ encrypted: true });
    await room.send.text("backed up by ours");
    await this.#backedUp();
    await using theirs = await this.#openTheirs("shared1");
    await theirs.tell("recover", { key: recoveryKey, room: room.id });
    await theirs.tell("hears", { room: room.id, body: "backed up by ours" });
  }

  async #recoverOurs(): Promise<void> {
    await this.#register("shared2");
    await this.#register("friend");
    await using theirs = await this.#openTheirs("shared2");
    await using friend = await this.#openOurs("friend");
    const made = await friend.rooms.create({ encrypted: true, invite: ["@shared2:localhost"] });
    await theirs.tell("join", { room: made.id });
    await theirs.tell("say", { room: made.id, body: "backed up by theirs" });
    await this.#hears("backed up by theirs");
    const { key = "" } = await theirs.tell("setup");
    await using ours = await this.#openOurs("shared2");
    await ours.encryption.recover(key);
    await shows(ours, made.id, ["backed up by theirs"]);
  }

  async #backedUp(): Promise<void> {
    const { body: login } = await this.#place.server.request("POST", "/_matrix/client/v3/login", {
      type: "m.login.password",
      identifier: { type: "m.id.user", user: "shared1" },
      password: PASSWORD,
    });
    const count = async (): Promise<number> => {
      const path = "/_matrix/client/v3/room_keys/version";
      return (await this.#place.server.request<{ count?: number }>("GET", path, undefined, login["access_token"])).body.count ?? 0;
    };
    await until("the backup", async () => (await count()) > 0);
  }

  async #takeKeysAlong(): Promise<void> {
    const { ours, theirs, room } = this.#both;
    const path = join(this.#place.folder, "keys-of-ours.txt");
    await writeFile(path, await ours.encryption.exportKeys("sesame", { rounds: 100_000 }));
    await this.#register("reader");
    await room.members.invite("@reader:localhost");
    const folder = join(this.#place.folder, "reader");
    await using reader = await this.#openTheirs("reader", folder);
    await reader.tell("join", { room: room.id });
    await reader.tell("import", { path, passphrase: "sesame", room: room.id });
    await reader.tell("hears", { room: room.id, body: "ours: hello" });
    const file = join(this.#place.folder, "keys-of-theirs.txt");
    await theirs.tell("export", { path: file, passphrase: "sesame" });
    await this.#register("reader2");
    await room.members.invite("@reader2:localhost");
    await using second = await this.#openOurs("reader2");
    await second.rooms.join(room.id);
    await second.encryption.importKeys(await readFile(file, "utf8"), "sesame");
    await shows(second, room.id, ["ours: hello", "theirs: hello"]);
  }
}
