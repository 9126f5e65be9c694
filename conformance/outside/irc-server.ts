import { createServer, type Server, type Socket } from "node:net";
import type { AddressInfo } from "node:net";

/** A connection of a client. */
interface IrcClient {
  readonly socket: Socket;
  nick: string;
  user: string;
  isWelcome: boolean;
}

const HOST = "irc.test";

/** An IRC server on this machine, with as much of RFC 2812 as a bridge needs. */
export class IrcServer implements AsyncDisposable {
  /** What clients have said, as `nick target :text`. */
  readonly said: string[] = [];
  readonly #server: Server;
  readonly #clients = new Set<IrcClient>();
  /** Members by channel; who is not connected is played by a test. */
  readonly #channels = new Map<string, Set<string>>();

  private constructor() {
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** Starts on a free port. */
  static async start(): Promise<IrcServer> {
    const irc = new IrcServer();
    await new Promise<void>((resolve) => irc.#server.listen(0, "127.0.0.1", resolve));
    return irc;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The members of a channel. */
  members(channel: string): readonly string[] {
    return [...(this.#channels.get(channel) ?? [])];
  }

  /** Lets somebody who is not connected come into a channel. */
  play(nick: string, channel: string): void {
    this.#members(channel).add(nick);
    this.#tell(channel, `:${nick}!${nick}@${HOST} JOIN ${channel}`);
  }

  /** Lets somebody who is not connected leave a channel. */
  leave(nick: string, channel: string): void {
    this.#tell(channel, `:${nick}!${nick}@${HOST} PART ${channel} :bye`);
    this.#members(channel).delete(nick);
  }

  /** Gives somebody who is not connected another name, in every channel. */
  rename(from: string, to: string): void {
    const line = `:${from}!${from}@${HOST} NICK ${to}`;
    for (const client of this.#clients) if (this.#sharesChannel(client.nick, from)) send(client, line);
    for (const members of this.#channels.values()) if (members.delete(from)) members.add(to);
  }

  /** Lets somebody who is not connected go away for good. */
  quit(nick: string): void {
    for (const client of this.#clients) if (this.#sharesChannel(client.nick, nick)) send(client, `:${nick}!${nick}@${HOST} QUIT :gone`);
    for (const members of this.#channels.values()) members.delete(nick);
  }

  /** Cuts every connection, as a net split does. */
  cut(): void {
    for (const { socket } of this.#clients) socket.destroy();
  }

  /** Lets somebody who is not connected say something. */
  say(nick: string, channel: string, text: string): void {
    this.#tell(channel, `:${nick}!${nick}@${HOST} PRIVMSG ${channel} :${text}`);
  }

  #sharesChannel(one: string, other: string): boolean {
    return [...this.#channels.values()].some((members) => members.has(one) && members.has(other));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.#clients) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #members(channel: string): Set<string> {
    const known = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, known);
    return known;
  }

  /** Sends a line to the clients in a channel, but for the one who has caused it. */
  #tell(channel: string, line: string, but?: IrcClient): void {
    for (const client of this.#clients) if (client !== but && this.#members(channel).has(client.nick)) send(client, line);
  }

  #accept(socket: Socket): void {
    const client: IrcClient = { socket, nick: "", user: "", isWelcome: false };
    this.#clients.add(client);
    let rest = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") this.#handle(client, line);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#clients.delete(client);
      for (const members of this.#channels.values()) members.delete(client.nick);
    });
  }

  #handle(client: IrcClient, line: string): void {
    const [head = "", trailing] = line.split(/ :(.*)/s);
    const [command = "", ...params] = [...head.split(" "), ...(trailing === undefined ? [] : [trailing])];
    const [first = "", second = ""] = params;
    const reply = (code: string, ...rest: string[]): void => send(client, `:${HOST} ${code} ${client.nick || "*"} ${rest.join(" ")}`);
    switch (command.toUpperCase()) {
      case "CAP":
        if (first === "LS" || first === "LIST") send(client, `:${HOST} CAP * ${first} :`);
        else if (first === "REQ") send(client, `:${HOST} CAP * NAK :${second}`);
        return;
      case "NICK":
        client.nick = first;
        return this.#welcome(client, reply);
      case "USER":
        client.user = first;
        return this.#welcome(client, reply);
      case "PING":
        return send(client, `:${HOST} PONG ${HOST} :${first}`);
      case "JOIN":
        for (const channel of first.split(",")) this.#join(client, channel, reply);
        return;
      case "PART":
        this.#tell(first, `:${client.nick}!${client.user}@${HOST} PART ${first}`);
        return void this.#members(first).delete(client.nick);
      case "PRIVMSG":
      case "NOTICE":
        this.said.push(`${client.nick} ${first} :${second}`);
        return this.#tell(first, `:${client.nick}!${client.user}@${HOST} ${command} ${first} :${second}`, client);
      case "MODE":
        return first.startsWith("#") ? reply("324", first, "+nt") : reply("221", "+i");
      case "WHO":
        for (const nick of this.#members(first)) reply("352", first, nick, HOST, HOST, nick, "H", `:0 ${nick}`);
        return reply("315", first, ":End of /WHO list.");
      case "QUIT":
        client.socket.end();
    }
  }

  #welcome(client: IrcClient, reply: (code: string, ...rest: string[]) => void): void {
    if (client.isWelcome || client.nick === "" || client.user === "") return;
    client.isWelcome = true;
    reply("001", `:Welcome, ${client.nick}`);
    reply("002", `:Your host is ${HOST}`);
    reply("003", ":This server was created for a test");
    reply("004", HOST, "test", "i", "nt");
    reply("005", "CHANTYPES=#", "NICKLEN=30", "NETWORK=Test", "PREFIX=(ov)@+", ":are supported by this server");
    reply("422", ":MOTD File is missing");
  }

  #join(client: IrcClient, channel: string, reply: (code: string, ...rest: string[]) => void): void {
    this.#members(channel).add(client.nick);
    this.#tell(channel, `:${client.nick}!${client.user}@${HOST} JOIN ${channel}`);
    reply("332", channel, ":A channel for a test");
    reply("353", "=", channel, `:${this.members(channel).join(" ")}`);
    reply("366", channel, ":End of /NAMES list.");
  }
}

function send({ socket }: IrcClient, line: string): void {
  socket.write(`${line}\r\n`);
}
