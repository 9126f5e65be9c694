import "@patrix/api/compile";
import { type Clock, programClock } from "@patrix/concurrency";
import type { FetchHandler } from "@patrix/server";
import { accessSync, constants } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { Config } from "../config/config.ts";
import { configWarnings } from "../config/config-warnings.ts";
import { ConfigError } from "../config/errors.ts";
import { clientAddressBehind } from "../http/access/client-address.ts";
import { OutageGuard } from "../http/access/outage-guard.ts";
import { RateLimiter } from "../http/access/rate-limits.ts";
import type { NetworkPorts } from "../federation/network.ts";
import { createLogger, type Logger } from "../http/logger.ts";
import { HttpServer } from "../http/transport/http-server.ts";
import { openCore } from "../log/core.ts";
import { whenReady } from "../ready.ts";
import { makeFolder } from "../store/make-folder.ts";
import type { StoreError } from "../store/errors.ts";
import type { Store } from "../store/store.ts";
import type { SyncBound } from "../sync/v3/sync-bound.ts";
import { loadRegistrations } from "../config/registration-files.ts";
import { appserviceAccess } from "./appservice-access.ts";
import { clientServerHandlers } from "./client-server.ts";
import { federationEndpoints } from "./federation.ts";
import { followUpgrades } from "./follow-upgrades.ts";
import { startJobs } from "./jobs.ts";
import { type HomeserverParts, openParts } from "./open-parts.ts";
import { openStore } from "./open-store.ts";

/** How long the end of a server waits until everything is written, in milliseconds. */
const FLUSH_MS = 5_000;

/** What a homeserver can be given besides its configuration. */
export interface HomeserverOptions {
  /** Default: JSON lines to stderr. */
  readonly logger?: Logger;
  /** What it goes by: the time of day alone, or with it all that waits (a `ProgramClock`). Default: the machine's. */
  readonly clock?: Clock;
  /** By what other servers are reached; the machine's own network if left out. */
  readonly network?: NetworkPorts;
}

/** A homeserver that runs until it is stopped. */
export interface Homeserver extends AsyncDisposable {
  /** Base URL of the first listener. */
  readonly url: string;
  readonly serverName: string;
  /** Answers a request in this process, by no connection: what clients and other servers ask, and not the metrics. */
  readonly fetch: FetchHandler;
  /** Ends what waits, stores what is queued, and closes everything; within about a second. */
  stop(): Promise<void>;
  /**
   * Settles when the server has ended: resolves after {@link Homeserver.stop}, and rejects with a `StoreError` where it ended
   * by itself, since nothing could be written any more. A supervisor should start it again.
   */
  readonly ended: Promise<void>;
}

/** A homeserver with its parts, for tests that look inside. */
export interface ComposedHomeserver extends Homeserver {
  readonly parts: HomeserverParts;
}

/** How a composed homeserver differs from the usual one. */
export interface ComposeOptions extends HomeserverOptions {
  /** Puts something around the store. */
  readonly wrapStore?: (store: Store) => Store;
  /** Another bound for answers of sync. */
  readonly syncBound?: SyncBound;
}

/**
 * Starts a homeserver: opens its data, wires its parts, and listens.
 *
 * @throws {StoreError} `DATA_IN_USE` and others. @throws {ConfigError} `INVALID`.
 */
export async function createHomeserver(config: Config, options: HomeserverOptions = {}): Promise<Homeserver> {
  return composeHomeserver(config, options);
}

/** As {@link createHomeserver}, with a way to its parts. */
export async function composeHomeserver(config: Config, options: ComposeOptions = {}): Promise<ComposedHomeserver> {
  const { logger = createLogger(), wrapStore = (store) => store } = options;
  const clock = programClock(options.clock);
  for (const warning of configWarnings(config)) logger.warn(warning);
  requireCertificates(config);
  const registrations = await loadRegistrations(config);
  makeFolder(config.data_dir);
  const store = wrapStore(await openStore(config));
  try {
    const core = await openCore(config.server_name, store, { shards: config.cluster.shards, clock, dailyLimits: config.daily_limits });
    const parts = await openParts(core, config, { logger, syncBound: options.syncBound, network: options.network, registrations });
    followUpgrades(parts, logger);
    const { tokens, sessions } = parts.accounts;
    const outages = new OutageGuard();
    let url = "";
    const server = new HttpServer({
      listeners: config.listeners,
      registrations: clientServerHandlers(parts, config, () => config.public_base_url ?? url),
      federation: federationEndpoints(parts, config),
      lookup: (token, ip) =>
        whenReady(sessions.ownerOf(token), (owner) => {
          if (typeof owner === "object") tokens.noteSeen(owner.deviceNid, ip);
          return owner;
        }),
      appserviceAccess: appserviceAccess(parts),
      outages,
      clientAddress: clientAddressBehind(config.client_addresses),
      limiter: config.rate_limits.enabled ? new RateLimiter(config.rate_limits, clock) : undefined,
      logger,
      clock,
    });
    url = (await server.listen())[0] ?? "";
    logger.info("the homeserver is ready", { server_name: config.server_name, url });
    const jobs = await startJobs(parts, config, logger);
    const end = new Ending(async (failure) => {
      await server.close();
      await parts.rooms.resolutions[Symbol.asyncDispose]();
      await jobs[Symbol.asyncDispose]();
      // A database that does not answer holds up no end.
      if (!failure) await Promise.race([tokens.flushSeen().then(() => core.log.flushed()), pause(FLUSH_MS, undefined, { ref: false })]);
      await store[Symbol.asyncDispose]();
      if (!failure) logger.info("the homeserver has stopped", { server_name: config.server_name });
    });
    store.onOutage((reason) => {
      outages.note(reason !== undefined);
      if (reason === undefined) logger.info("the database answers again");
      else logger.error(`the database does not answer, and requests wait: ${reason}`);
    });
    store.onFailure((error) => {
      logger.error(`the database can no longer be written, so the server ends: ${error.message}`, { code: error.code });
      void end.run(error);
    });
    const stop = (): Promise<void> => end.run();
    let handler: FetchHandler | undefined;
    const fetch: FetchHandler = (request, info) => (handler ??= server.handler())(request, info);
    return { url, serverName: config.server_name, fetch, parts, stop, ended: end.ended, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

/** Says at once which file of a listener cannot be read. */
function requireCertificates({ listeners }: Config): void {
  for (const { tls } of listeners)
    for (const path of tls ? [tls.cert_path, tls.key_path] : []) {
      try {
        accessSync(path, constants.R_OK);
      } catch (error) {
        throw new ConfigError("INVALID", `listeners.tls: ${path} cannot be read`, error);
      }
    }
}

/** The end of a server, which comes once: because it is asked to stop, or because it cannot go on. */
class Ending {
  readonly ended: Promise<void>;
  readonly #close: (failure: StoreError | undefined) => Promise<void>;
  #settle: (outcome: Promise<void>) => void = () => {};
  #closing: Promise<void> | undefined;

  constructor(close: (failure: StoreError | undefined) => Promise<void>) {
    this.#close = close;
    this.ended = new Promise((resolve) => (this.#settle = resolve));
    // Whoever does not ask is told by the log.
    this.ended.catch(() => {});
  }

  /** Ends the server. @returns When it is closed, however that came about. */
  run(failure?: StoreError): Promise<void> {
    if (!this.#closing) {
      this.#closing = this.#close(failure);
      this.#settle(this.#closing.then(() => (failure ? Promise.reject(failure) : undefined)));
    }
    return this.#closing;
  }
}
