import {
  type Client,
  type ClientOptions,
  createClient,
  type Logger,
  MatrixError,
  type MessageEvent,
  type OAuthLoginOptions,
  platformClock,
  problemLogger,
  type Session,
  type Visit,
} from "@patrix/client";
import { KeyedQueue } from "@patrix/concurrency";
import { autojoin } from "./autojoin.ts";
import type { Bot } from "./bot.ts";
import { BotError } from "./errors.ts";
import { MessageRouter } from "./message-router.ts";
import { onShutdown } from "./shutdown-signals.ts";

/** Who the bot is. */
export type BotCredentials =
  | {
      /** Localpart or user ID. */
      user: string;
      password: string | undefined;
      /** Default: the user. */
      deviceName?: string | undefined;
    }
  | { accessToken: string }
  | {
      /**
       * Logs in by OAuth 2.0 where the store holds no session of such a login: somebody has to be there then, with a browser. It is not done
       * again when the session is over.
       */
      oauth: OAuthLoginOptions & { visit: Visit };
    };

/** Options of {@link createBot}. */
export type BotOptions = ClientOptions &
  BotCredentials & {
    /** What commands begin with. Default: `!`. */
    prefix?: string | undefined;
    /**
     * The recovery key, or the passphrase, of the bot's account: the bot's device is signed by the identity of the account, and keys of
     * before come from the backup. Needs `encryption`.
     */
    recoveryKey?: string | undefined;
  };

/**
 * Creates a bot: takes up the session that the store holds, or logs in.
 *
 * @throws {MatrixError} `M_FORBIDDEN` if the password is wrong; {@link BotError} `MISSING_PASSWORD`;
 * `ClientError` `INVALID_OPTIONS` for an option that does not exist, `WRONG_RECOVERY_KEY`, `NO_SECRET_STORAGE`.
 * @example
 * const bot = await createBot("example.org", { user: "echo", password });
 * bot.autojoin().onMessage(({ event, reply }) => event.text && reply.text(event.text));
 * await bot.start();
 */
export async function createBot(homeserver: string, options: BotOptions): Promise<Bot> {
  const { prefix = "!", logger = problemLogger } = options;
  const client = await createClient(homeserver, { ...clientOptions(options), logger });
  const current = client.session.value;
  if (!current || !isSameUser(current, options)) await logIn(client, options);
  if (options.recoveryKey !== undefined) await recover(client, options.recoveryKey);
  return composeBot(client, { options, prefix, logger });
}

/** A device that was signed once stays so. */
async function recover(client: Client, recoveryKey: string): Promise<void> {
  try {
    await client.encryption.recover(recoveryKey);
  } catch (error) {
    await client[Symbol.asyncDispose]();
    throw error;
  }
}

/** The options of a bot that are its client's, and those that nobody knows, which the client refuses. */
function clientOptions(options: BotOptions): ClientOptions {
  const own: ReadonlySet<string> = new Set(["prefix", "user", "password", "deviceName", "accessToken", "oauth", "recoveryKey"]);
  return Object.fromEntries(Object.entries(options).filter(([name]) => !own.has(name)));
}

function isSameUser({ userId, accessToken, oauth }: Session, options: BotCredentials): boolean {
  if ("oauth" in options) return oauth !== undefined;
  if ("accessToken" in options) return accessToken === options.accessToken;
  return options.user.startsWith("@") ? userId === options.user : userId.startsWith(`@${options.user.toLowerCase()}:`);
}

async function logIn(client: Client, options: BotCredentials): Promise<void> {
  if ("accessToken" in options) {
    await client.login.accessToken({ accessToken: options.accessToken });
    return;
  }
  if ("oauth" in options) {
    await client.login.oauth(options.oauth);
    return;
  }
  const { user, password, deviceName = user } = options;
  if (password === undefined || password === "") throw new BotError("MISSING_PASSWORD", "the password of the bot is not set");
  await client.login.password(user, password, { deviceName });
}

/** Runs the client; logs in again when the server has forgotten the session, as long as that helps. */
async function runClient(client: Client, options: BotCredentials, signal: AbortSignal): Promise<void> {
  for (let fresh = false; !signal.aborted;) {
    try {
      await client.run({ signal });
      return;
    } catch (error) {
      if (signal.aborted) return;
      const isOver = MatrixError.is(error, "M_UNKNOWN_TOKEN") && client.session.value === undefined;
      if (!isOver || "accessToken" in options || "oauth" in options || fresh) throw error;
      await logIn(client, options);
      // A session that is over before anything came is not worth another try.
      fresh = true;
      const forget = client.online.subscribe((state) => {
        if (state !== "syncing") return;
        fresh = false;
        forget();
      });
    }
  }
}

interface Composition {
  readonly options: BotOptions;
  readonly prefix: string;
  readonly logger: Logger;
}

function composeBot(client: Client, { options, prefix, logger }: Composition): Bot {
  const router = new MessageRouter(prefix);
  const { clock = platformClock } = options;
  const rooms = new KeyedQueue<string>();
  const stop = new AbortController();
  client.on("m.room.message", (event) => {
    if (isForOthers(event)) return undefined;
    return rooms.run(event.room.id, async () => {
      try {
        await router.handle(event, client, stop.signal);
      } catch (error) {
        logger.error(`the handler of ${event.id} failed`, error);
      }
    });
  });
  const bot: Bot = {
    client,
    use: (middleware) => chain(() => router.use(middleware)),
    command: (name, spec, run, commandOptions) => chain(() => router.addCommand(name, spec, run, commandOptions)),
    hears: (pattern, run) => chain(() => router.addListener(pattern, run)),
    onMessage: (run) => chain(() => router.addHandler(run)),
    autojoin: (autojoinOptions) => chain(() => autojoin({ client, logger, clock, signal: stop.signal }, autojoinOptions)),
    async start({ signal } = {}) {
      const end = (): void => stop.abort(signal?.reason);
      if (signal?.aborted === true) end();
      signal?.addEventListener("abort", end, { once: true });
      const ignore = onShutdown(end);
      try {
        await runClient(client, options, stop.signal);
      } finally {
        ignore();
        signal?.removeEventListener("abort", end);
        await client[Symbol.asyncDispose]();
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await client[Symbol.asyncDispose]();
    },
  };
  const chain = (action: () => void): Bot => {
    action();
    return bot;
  };
  return bot;
}

/** Messages that no bot should answer: its own, those of other bots, and new versions of old ones. */
function isForOthers(event: MessageEvent): boolean {
  return event.isOwn || event.isEdit || event.content.msgtype === "m.notice";
}
