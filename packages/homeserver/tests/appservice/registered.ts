import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type AnyBody,
  type TestHomeserver,
  testHomeserver,
  type TestHomeserverOptions,
  type TestResponse,
} from "../../src/testing/index.ts";
import { FakeService } from "./fake-appservice.ts";

/** The members of a registration that differ from the usual one. */
export type RegistrationChanges = Readonly<Record<string, unknown>>;

/** The registration of a bridge to IRC. */
export function ircRegistration(url: string | null, changes: RegistrationChanges = {}): Record<string, unknown> {
  return {
    id: "irc",
    url,
    as_token: "as-irc",
    hs_token: "hs-irc",
    sender_localpart: "_irc_bot",
    namespaces: {
      users: [{ exclusive: true, regex: "@_irc_.*" }],
      aliases: [{ exclusive: true, regex: "#_irc_.*" }],
    },
    ...changes,
  };
}

/** A homeserver with application services. */
export interface RegisteredServer extends AsyncDisposable {
  readonly server: TestHomeserver;
  readonly dataDir: string;
  /** Asks as an application service: as its own user, or the one of `user_id` in the path's query. */
  as<Body = AnyBody>(token: string, method: string, path: string, body?: unknown): Promise<TestResponse<Body>>;
  /** Registers a ghost. @returns Its ID. */
  ghost(localpart: string, token?: string): Promise<string>;
  /** Stops the server and starts it again on the same data. */
  restart(): Promise<void>;
}

/** Starts a homeserver with registrations. */
export async function registeredServer(
  registrations: readonly Record<string, unknown>[],
  options: TestHomeserverOptions = {},
): Promise<RegisteredServer> {
  const folder = await mkdtemp(join(tmpdir(), "patrix-appservice-"));
  const files: string[] = [];
  for (const registration of registrations) {
    const path = join(folder, `${String(registration["id"])}.yaml`);
    await writeFile(path, JSON.stringify(registration));
    files.push(path);
  }
  const dataDir = join(folder, "data");
  const start = (): Promise<TestHomeserver> =>
    testHomeserver({ ...options, dataDir, config: { ...options.config, app_service_files: files } });
  let server = await start();
  const as: RegisteredServer["as"] = (token, method, path, body) =>
    server.request(method, path.startsWith("/_matrix") ? path : `/_matrix/client/v3${path}`, body, token);
  return {
    get server() {
      return server;
    },
    dataDir,
    as,
    async ghost(localpart, token = "as-irc") {
      const answer = await as(token, "POST", "/register", {
        type: "m.login.application_service",
        username: localpart,
        inhibit_login: true,
      });
      if (answer.status !== 200) throw new Error(`${localpart} was not registered: ${JSON.stringify(answer.body)}`);
      return String(answer.body["user_id"]);
    },
    async restart() {
      await server.stop();
      server = await start();
    },
    async [Symbol.asyncDispose]() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts a homeserver with one application service, and the service. */
export async function ircServer(
  changes: RegistrationChanges = {},
  options: TestHomeserverOptions = {},
): Promise<RegisteredServer & { readonly service: FakeService }> {
  const service = await FakeService.start();
  const registered = await registeredServer([ircRegistration(`http://127.0.0.1:${service.port}`, changes)], options);
  return {
    get server() {
      return registered.server;
    },
    dataDir: registered.dataDir,
    as: registered.as,
    ghost: registered.ghost,
    restart: registered.restart,
    service,
    async [Symbol.asyncDispose]() {
      await registered[Symbol.asyncDispose]();
      await service[Symbol.asyncDispose]();
    },
  };
}
