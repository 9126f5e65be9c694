import type { RequestListener } from "node:http";
import { type Appservice, createBridge } from "@patrix/appservice";
import { type RoomId, toUserLocalpart } from "@patrix/identifiers";
import { FileLinks } from "./file-links.ts";
import { IrcConnection, type IrcSettings } from "./irc-connection.ts";
import { IrcIntake, type IrcNews } from "./irc-intake.ts";
import { IrcToMatrix } from "./irc-to-matrix.ts";
import { relayToIrc } from "./matrix-to-irc.ts";

/** Options of {@link startIrcBridge}. */
export interface IrcBridgeOptions {
  readonly irc: IrcSettings;
  /** The channels that are bridged from the start; others by joining the alias of their room. */
  readonly channels: readonly string[];
  /** Whether the rooms that are made are encrypted. Default: `false`. */
  readonly isEncrypted?: boolean | undefined;
  /** Where people on IRC reach {@link IrcBridge.files}, as `https://irc.example.org/files`. Without it files are named, and nobody there sees them. */
  readonly filesUrl?: string | undefined;
}

/** What a room has from the start that is encrypted. */
const ENCRYPTION = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };

/** A bridge that runs. */
export interface IrcBridge extends AsyncDisposable {
  /** Bridges a channel, now and after every restart. @returns Its room. */
  bridge(channel: string): Promise<RoomId>;
  /** Shows the files that links on IRC lead to; for whoever has a link. */
  readonly files: RequestListener | undefined;
}

/** Bridges channels of an IRC server. Call it before the service starts, and dispose of the service first. */
export async function startIrcBridge(
  service: Appservice,
  { irc: settings, channels, isEncrypted = false, filesUrl }: IrcBridgeOptions,
): Promise<IrcBridge> {
  const bridge = createBridge(service, {
    portals: {
      room: (channel) => ({ name: channel, preset: "public_chat", ...(isEncrypted && { initial_state: [ENCRYPTION] }) }),
      aliasLocalpart: (channel) => `irc_${toUserLocalpart(channel.slice(1))}`,
    },
    puppets: { ghostLocalpart: (nick) => `_irc_${toUserLocalpart(nick)}` },
  });
  const toMatrix = new IrcToMatrix(service, bridge);
  const intake = new IrcIntake(await service.openQueue<IrcNews>("irc", ({ value, id }) => toMatrix.handle(value, id)));
  const joinAll = async (): Promise<void> => {
    for (const { remoteId } of await bridge.portals.all()) irc.join(remoteId);
  };
  const irc = new IrcConnection(settings, { welcomed: () => void joinAll(), line: (line) => intake.add(line, irc.nick) });
  const links =
    filesUrl === undefined
      ? undefined
      : new FileLinks({ url: filesUrl, secret: service.registration.as_token, messages: bridge.messages, media: service.bot.media });
  relayToIrc(service, bridge, irc, links);
  const ensure = async (channel: string): Promise<RoomId> => {
    const { roomId } = await bridge.portals.ensure(channel);
    irc.join(channel);
    return roomId;
  };
  for (const channel of channels) await ensure(channel);
  return {
    bridge: ensure,
    files: links && ((request, response) => void links.answer(request, response)),
    async [Symbol.asyncDispose]() {
      await irc[Symbol.asyncDispose]();
      await intake.settled();
    },
  };
}
