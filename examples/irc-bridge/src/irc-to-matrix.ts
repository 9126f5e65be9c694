import { type Appservice, type Bridge, type Intent, ircToHtml, type Portal } from "@patrix/appservice";
import { getJoinedMembersByRoom, getJoinedRooms } from "@patrix/client-api";
import type { UserId } from "@patrix/identifiers";
import type { IrcNews } from "./irc-intake.ts";

/** What `/me` sends is put between two of these. */
const CTCP = "\u0001";

/** Brings what happens on IRC into the rooms. */
export class IrcToMatrix {
  readonly #service: Appservice;
  readonly #bridge: Bridge;
  /** Whose profile is known to be right. */
  readonly #profiled = new Map<UserId, string>();

  constructor(service: Appservice, bridge: Bridge) {
    this.#service = service;
    this.#bridge = bridge;
  }

  /** Does here what was done there. @param id - Of the line, unique for ever. */
  async handle({ nick, command, params: [first = "", second = "", ...more] }: IrcNews, id: string): Promise<void> {
    if (command === "NICK") return void (await this.#profile(await this.#bridge.puppets.rename(nick, first), first));
    if (command === "QUIT") return this.#quit(nick, first);
    const portal = await this.#bridge.portals.byRemote(first);
    if (!portal) return;
    if (command === "PRIVMSG" || command === "NOTICE") await this.#say(portal, { nick, text: second, isNotice: command === "NOTICE" }, id);
    else if (command === "JOIN") await (await this.#puppet(nick)).ensureJoined(portal.roomId);
    else if (command === "PART") await this.#leave(nick, portal, second);
    else if (command === "KICK") await this.#leave(second, portal, more[0] ?? "");
    else if (command === "TOPIC") await this.#service.bot.setState(portal.roomId, "m.room.topic", "", { topic: ircToHtml(second).text });
    else if (command === "NAMES") await this.#reconcile(portal, [second, ...more]);
  }

  async #say(portal: Portal, { nick, text, isNotice }: { nick: string; text: string; isNotice: boolean }, id: string): Promise<void> {
    const action = text.startsWith(`${CTCP}ACTION `) ? text.slice(`${CTCP}ACTION `.length) : undefined;
    const { text: body, html } = ircToHtml(action ?? text);
    if (body === "") return;
    const msgtype = isNotice ? "m.notice" : action === undefined ? "m.text" : "m.emote";
    const formatted = html === undefined ? {} : { format: "org.matrix.custom.html", formatted_body: html };
    const content = { msgtype, body, "m.mentions": {}, ...formatted };
    const ghost = await this.#puppet(nick);
    const eventId = await ghost.sendCustom(portal.roomId, "m.room.message", content);
    await this.#bridge.messages.link(id, eventId, { nick, text: body });
  }

  async #puppet(nick: string): Promise<Intent> {
    return this.#profile(await this.#bridge.puppets.intent(nick), nick);
  }

  async #profile(ghost: Intent, nick: string): Promise<Intent> {
    if (this.#profiled.get(ghost.userId) !== nick) await ghost.setProfile({ displayName: nick });
    this.#profiled.set(ghost.userId, nick);
    return ghost;
  }

  async #leave(nick: string, { roomId }: Portal, reason: string): Promise<void> {
    const userId = await this.#bridge.puppets.userOf(nick);
    if (userId === undefined) return;
    const ghost = this.#service.intent(userId);
    const { joined_rooms: rooms } = await ghost.http.send(getJoinedRooms, {});
    if (rooms.includes(roomId)) await ghost.leave(roomId, reason);
  }

  async #quit(nick: string, reason: string): Promise<void> {
    for (const portal of await this.#bridge.portals.all()) await this.#leave(nick, portal, reason);
  }

  /** Brings the ghosts in a room to those who are in the channel: it was not seen who came and went while the bridge was away. */
  async #reconcile({ roomId }: Portal, nicks: readonly string[]): Promise<void> {
    const present = new Set<UserId>();
    for (const nick of nicks) {
      if (nick === "") continue;
      const ghost = await this.#puppet(nick);
      await ghost.ensureJoined(roomId);
      present.add(ghost.userId);
    }
    const { joined } = await this.#service.bot.http.send(getJoinedMembersByRoom, { path: { roomId } });
    for (const userId of Object.keys(joined ?? {}) as UserId[]) {
      if (present.has(userId) || userId === this.#service.bot.userId || !this.#service.isOwn(userId)) continue;
      await this.#service.intent(userId).leave(roomId, "is not on IRC any more");
    }
  }
}
