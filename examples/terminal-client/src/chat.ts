import { type Client, type Room, type RoomAlias, type RoomId, type Subscription, type Timeline } from "@patrix/client";
import { draw, type View } from "./screen.ts";
import type { PressedKey, Terminal } from "./terminal.ts";

/** Lines that a page scrolls. */
const pageLines = 10;
const backCount = 30;

/** The rooms of a client in a terminal, until the user ends it. */
export class Chat {
  readonly #client: Client;
  readonly #terminal: Terminal;
  readonly #subscriptions: Subscription[] = [];
  readonly #over: Promise<void>;
  readonly #rooms;
  #end: () => void = () => {};
  #shown: readonly string[] = [];
  #isDue = false;
  #timeline: Timeline | undefined;
  #watching: Subscription | undefined;
  #chosen: Room | undefined;
  #open: Room | undefined;
  #focus: View["focus"] = "rooms";
  #input = "";
  #scrolled = 0;
  #note = "";

  constructor(client: Client, terminal: Terminal) {
    this.#client = client;
    this.#terminal = terminal;
    this.#rooms = client.rooms.list();
    this.#over = new Promise((resolve) => (this.#end = resolve));
  }

  /** Shows everything as it changes; resolves when the user ends it. */
  async run(): Promise<void> {
    const redraw = (): void => this.#redraw();
    this.#subscriptions.push(
      this.#rooms.subscribe(redraw),
      this.#client.online.subscribe(redraw),
      this.#client.outbox.subscribe(redraw),
      this.#client.encryption.status.subscribe(redraw),
    );
    this.#terminal.onKey((key) => this.#press(key));
    this.#terminal.onResize(() => {
      this.#shown = [];
      this.#redraw();
    });
    this.#redraw();
    await this.#over;
    for (const end of this.#subscriptions) end();
    await this.#close();
    this.#isDue = true;
  }

  get #view(): View {
    const rooms = this.#rooms.value;
    const { thisDevice, crossSigning } = this.#client.encryption.status.value;
    const hint = thisDevice === "unverified" && crossSigning === "partial" ? " · /recover KEY brings older keys" : "";
    return {
      rooms,
      chosen: this.#chosen ?? rooms[0],
      open: this.#open,
      items: this.#timeline?.items.value ?? [],
      scrolled: this.#scrolled,
      focus: this.#focus,
      input: this.#input,
      status: this.#note || `${this.#client.userId} · ${this.#client.online.value}${hint}`,
    };
  }

  /** Writes the lines that are others than before: once for all changes that come together. */
  #redraw(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    setImmediate(() => {
      this.#isDue = false;
      const lines = draw(this.#view, this.#terminal.columns, this.#terminal.rows);
      const changed = lines.flatMap((line, at) => (line === this.#shown[at] ? [] : [`\x1b[${at + 1};1H${line}`]));
      this.#shown = lines;
      if (changed.length > 0) this.#terminal.write(changed.join(""));
    });
  }

  #press({ name, ctrl, text }: PressedKey): void {
    this.#note = "";
    if (ctrl && (name === "c" || name === "q")) return this.#end();
    if (ctrl && name === "u") this.#input = "";
    else if (name === "tab" || name === "escape") this.#focus = this.#focus === "rooms" && this.#open ? "room" : "rooms";
    else if (name === "up" || name === "down") this.#move(name === "up" ? -1 : 1);
    else if (name === "pageup") void this.#try(() => this.#scrollBack());
    else if (name === "pagedown") this.#scrolled = Math.max(0, this.#scrolled - pageLines);
    else if (name === "backspace")
      this.#input = [...new Intl.Segmenter().segment(this.#input)]
        .slice(0, -1)
        .map(({ segment }) => segment)
        .join("");
    else if (name === "return" || name === "enter") void this.#try(() => this.#submit());
    else this.#input += text;
    this.#redraw();
  }

  #move(by: number): void {
    if (this.#focus === "room") {
      this.#scrolled = Math.max(0, this.#scrolled - by);
      return;
    }
    const rooms = this.#rooms.value;
    const at = this.#chosen ? rooms.indexOf(this.#chosen) : 0;
    this.#chosen = rooms[Math.max(0, Math.min(rooms.length - 1, at + by))];
  }

  async #scrollBack(): Promise<void> {
    this.#scrolled += pageLines;
    await this.#timeline?.back(backCount);
  }

  async #submit(): Promise<void> {
    const input = this.#input.trim();
    this.#input = "";
    if (input.startsWith("/")) return this.#command(input);
    if (this.#focus === "rooms") return this.#show(this.#view.chosen);
    if (input === "" || !this.#open) return;
    this.#scrolled = 0;
    await this.#open.send.text(input);
  }

  async #command(line: string): Promise<void> {
    const [name, ...words] = line.split(/\s+/);
    if (name === "/quit") return this.#end();
    if (name === "/join") return this.#show(await this.#client.rooms.join(words[0] as RoomId | RoomAlias));
    if (name === "/leave") return this.#open?.leave();
    if (name === "/me") return void (await this.#open?.send.emote(words.join(" ")));
    if (name === "/recover") {
      await this.#client.encryption.recover(words.join(" "));
      this.#note = "the keys are here";
    } else if (name === "/retry") for (const sending of this.#client.outbox.value) sending.retry();
    else this.#note = "/join #room:server, /leave, /me text, /retry, /recover KEY, /quit";
  }

  async #show(room: Room | undefined): Promise<void> {
    if (!room) return;
    this.#chosen = room;
    this.#focus = "room";
    if (room === this.#open) return;
    await this.#close();
    this.#open = room;
    this.#scrolled = 0;
    const timeline = room.timeline();
    this.#timeline = timeline;
    this.#watching = timeline.items.subscribe(() => {
      this.#redraw();
      this.#markRead(room);
    });
    await timeline.back(backCount);
    this.#markRead(room);
  }

  /** What is seen is read. */
  #markRead(room: Room): void {
    const { messages, notifications, marked } = room.unread;
    if (this.#scrolled > 0 || (messages === 0 && notifications === 0 && !marked)) return;
    room.markRead().catch(() => {
      // It stays unread, and is tried with the next message.
    });
  }

  async #close(): Promise<void> {
    this.#watching?.();
    await this.#timeline?.[Symbol.asyncDispose]();
    this.#timeline = undefined;
  }

  /** Tells the user what goes wrong. */
  async #try(task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      this.#note = error instanceof Error ? error.message : String(error);
    }
    this.#redraw();
  }
}
