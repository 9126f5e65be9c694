import { type AuthenticationData, type JsonObject, matrixError } from "@patrix/api";
import { KeyedQueue } from "@patrix/concurrency";
import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import {
  accountOf,
  type AccountRow,
  deactivateAccountRow,
  deleteProfile,
  insertAccount,
  updatePassword,
} from "../store/statements/accounts.ts";
import { Passwords } from "./passwords.ts";
import { checkLocalpart, randomLocalpart, toUserId } from "./username.ts";

/** What is needed for a new account. */
export interface NewAccount {
  /** One is made up if left out. */
  readonly localpart?: string | undefined;
  readonly password?: string | undefined;
  readonly admin?: boolean;
  readonly guest?: boolean;
}

/** A user of this server. */
export interface LocalUser {
  readonly userNid: number;
  readonly userId: `@${string}:${string}`;
}

/** The accounts of this server. */
export class Accounts {
  readonly #core: Core;
  readonly #passwords: Passwords;
  readonly #serial = new KeyedQueue<string>();
  readonly #initialData: (user: LocalUser) => Promise<void>;

  /** @param initialData Stores what every new account has from the start. */
  constructor(core: Core, passwords: Passwords, initialData: (user: LocalUser) => Promise<void>) {
    this.#core = core;
    this.#passwords = passwords;
    this.#initialData = initialData;
  }

  /** Checks that a name can be registered. @throws {MatrixError} `M_INVALID_USERNAME` or `M_USER_IN_USE`. */
  async checkAvailable(localpart: string): Promise<string> {
    const checked = checkLocalpart(localpart, this.#core.serverName);
    if (await this.find(toUserId(checked, this.#core.serverName))) throw matrixError("M_USER_IN_USE", "username: it is taken");
    return checked;
  }

  /** Creates an account. @throws {MatrixError} `M_INVALID_USERNAME`, `M_USER_IN_USE`, `M_WEAK_PASSWORD`. */
  async create({ localpart = randomLocalpart(), password, admin = false, guest = false }: NewAccount): Promise<LocalUser> {
    const name = await this.checkAvailable(localpart);
    const hash = password === undefined ? null : await this.#passwords.hash(password);
    return this.#serial.run(name, async () => {
      await this.checkAvailable(name);
      const userId = toUserId(name, this.#core.serverName);
      const userNid = await this.#core.users.intern(userId);
      const inserted = operation(insertAccount, userNid, hash, this.#core.clock.now(), Number(admin), Number(guest));
      await this.#core.log.append({ positions: [], operations: [inserted] });
      await this.#initialData({ userNid, userId });
      return { userNid, userId };
    });
  }

  /** Finds the account of a user ID. */
  async find(userId: string): Promise<AccountRow | undefined> {
    const nid = await this.#core.users.find(userId);
    return nid === undefined ? undefined : this.#core.store.get(accountOf, nid);
  }

  /** Checks a login by password. @throws {MatrixError} `M_FORBIDDEN` or `M_USER_DEACTIVATED`. */
  async authenticate(user: string, password: string): Promise<LocalUser> {
    const userId = user.startsWith("@") ? user : toUserId(user, this.#core.serverName);
    const lowerCase = userId.toLowerCase();
    const account = (await this.find(userId)) ?? (await this.find(lowerCase));
    if (account?.deactivated === 1) throw matrixError("M_USER_DEACTIVATED", "the account was deactivated");
    if (!(await this.#passwords.verify(password, account?.password_hash)) || !account)
      throw matrixError("M_FORBIDDEN", "the user name or the password is wrong");
    return { userNid: account.user_nid, userId: asUserId(await this.#core.users.text(account.user_nid)) };
  }

  /** How a user can prove who they are: the flows, and a check for each stage. */
  async proof(
    user: LocalUser,
  ): Promise<{ flows: string[][]; stages: Record<string, (data: AuthenticationData & JsonObject) => Promise<void>> }> {
    const account = await this.#core.store.get(accountOf, user.userNid);
    if (typeof account?.password_hash !== "string") return { flows: [["m.login.dummy"]], stages: { "m.login.dummy": async () => {} } };
    const check = async (data: AuthenticationData & JsonObject): Promise<void> => {
      if (typeof data["password"] !== "string") throw matrixError("M_BAD_JSON", "auth.password: expected string");
      const named = identifiedUser(data);
      const owner = named.startsWith("@") ? named : toUserId(named, this.#core.serverName);
      if (owner.toLowerCase() !== user.userId.toLowerCase() || !(await this.#passwords.verify(data["password"], account.password_hash)))
        throw matrixError("M_FORBIDDEN", "the user name or the password is wrong");
    };
    return { flows: [["m.login.password"]], stages: { "m.login.password": check } };
  }

  /** Sets a new password. @throws {MatrixError} `M_WEAK_PASSWORD`. */
  async setPassword(userNid: number, password: string): Promise<void> {
    const hash = await this.#passwords.hash(password);
    await this.#core.log.append({ positions: [], operations: [operation(updatePassword, userNid, hash)] });
  }

  /** Ends an account for good: no password, no profile; its name stays taken. */
  async deactivate(userNid: number): Promise<void> {
    const operations = [operation(deactivateAccountRow, userNid), operation(deleteProfile, userNid)];
    await this.#core.log.append({ positions: [], operations });
  }
}

/** Accounts are stored under user IDs only. */
function asUserId(text: string): LocalUser["userId"] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked when the account was made
  return text as LocalUser["userId"];
}

/** The user that authentication data or a login names, in the present or the deprecated form; empty if none. */
export function identifiedUser(data: { readonly [member: string]: unknown }): string {
  const identifier = data["identifier"];
  if (typeof identifier === "object" && identifier !== null && "user" in identifier && typeof identifier.user === "string")
    return identifier.user;
  return typeof data["user"] === "string" ? data["user"] : "";
}
