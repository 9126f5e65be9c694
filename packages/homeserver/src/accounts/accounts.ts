import { KeyedQueue } from "@patrix/concurrency";
import { AccountError } from "./errors.ts";
import type { Findability } from "./findability.ts";
import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import {
  accountOf,
  type AccountRow,
  deactivateAccountRow,
  deleteProfile,
  eraseAccount,
  insertAccount,
  lockAccount,
  suspendAccount,
  updatePassword,
  upgradeGuestRow,
} from "../store/statements/accounts.ts";
import { deleteDelayedEvents } from "../store/statements/delayed-events.ts";
import type { DeviceRow } from "../store/statements/devices.ts";
import type { LocalUser, ProvenAccount } from "./local-user.ts";
import type { PasswordGuesses } from "./password-guesses.ts";
import type { Passwords } from "./passwords.ts";
import type { Sessions } from "./sessions.ts";
import type { StageCheck } from "./uia-operation.ts";
import { checkReservedLocalpart, checkLocalpart, randomLocalpart, toUserId } from "./username.ts";

/** What is needed for a new account. */
export interface NewAccount {
  /** One is made up if left out. */
  readonly localpart?: string | undefined;
  readonly password?: string | undefined;
  readonly admin?: boolean;
  readonly guest?: boolean;
  /** The ID of the application service that makes it: its names are its own. */
  readonly appserviceId?: string | undefined;
  /** Whether it is the server's own: the name is what the configuration says. */
  readonly isServer?: boolean;
}

/** How a user can prove who they are. */
export interface IdentityProof {
  readonly flows: readonly (readonly string[])[];
  readonly stages: Readonly<Record<string, StageCheck>>;
  /** What is proven once a flow is complete. */
  readonly account: ProvenAccount;
}

/** What {@link Accounts} is made of. */
export interface AccountsParts {
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  /** Left out where rates are not limited. */
  readonly guesses: PasswordGuesses | undefined;
  /** Stores what every new account has from the start. */
  readonly initialData: (user: LocalUser) => Promise<void>;
  /** Hears of a new account. */
  readonly created: (user: LocalUser) => Promise<void>;
  /** Withholds from later readers what a user has sent who has erased the account. */
  readonly erased: (userNid: number) => void;
  readonly findability: Findability;
  /** Whether nobody but an application service may make a user. */
  readonly isReserved: (userId: string) => boolean;
}

/** The accounts of this server. */
export class Accounts {
  readonly #core: Core;
  readonly #sessions: Sessions;
  readonly #passwords: Passwords;
  readonly #guesses: PasswordGuesses | undefined;
  readonly #serial = new KeyedQueue<string>();
  readonly #initialData: (user: LocalUser) => Promise<void>;
  readonly #created: (user: LocalUser) => Promise<void>;
  readonly #erased: (userNid: number) => void;
  readonly #findability: Findability;
  readonly #isReserved: (userId: string) => boolean;

  constructor(core: Core, { sessions, passwords, guesses, initialData, created, erased, findability, isReserved }: AccountsParts) {
    this.#core = core;
    this.#sessions = sessions;
    this.#passwords = passwords;
    this.#guesses = guesses;
    this.#initialData = initialData;
    this.#created = created;
    this.#erased = erased;
    this.#findability = findability;
    this.#isReserved = isReserved;
  }

  /** Checks that somebody can register a name. @throws {AccountError} `INVALID_USERNAME`, `EXCLUSIVE` or `USERNAME_TAKEN`. */
  async checkAvailable(localpart: string): Promise<string> {
    const checked = checkLocalpart(localpart, this.#core.serverName);
    if (this.#isReserved(toUserId(checked, this.#core.serverName)))
      throw new AccountError("EXCLUSIVE", "username: it is in the namespace of an application service");
    return this.#requireFree(checked);
  }

  async #requireFree(localpart: string): Promise<string> {
    if (await this.find(toUserId(localpart, this.#core.serverName))) throw new AccountError("USERNAME_TAKEN", "username: it is taken");
    return localpart;
  }

  /** Creates an account. @throws {AccountError} `INVALID_USERNAME`, `EXCLUSIVE`, `USERNAME_TAKEN`, `WEAK_PASSWORD`. */
  async create(account: NewAccount): Promise<ProvenAccount> {
    const { localpart = randomLocalpart(), password, admin = false, guest = false, appserviceId = null, isServer = false } = account;
    const name =
      appserviceId === null && !isServer
        ? await this.checkAvailable(localpart)
        : await this.#requireFree(checkReservedLocalpart(localpart, this.#core.serverName));
    const hash = password === undefined ? null : await this.#passwords.hash(password);
    const made = await this.#serial.run(name, async () => {
      await this.#requireFree(name);
      const userId = toUserId(name, this.#core.serverName);
      const userNid = await this.#core.users.intern(userId);
      const now = this.#core.clock.now();
      const inserted = operation(insertAccount, userNid, hash, now, Number(admin), Number(guest), appserviceId);
      const found = this.#findability.name(userNid, userId, undefined);
      await this.#core.log.append({ positions: [], operations: [inserted, ...found] });
      await this.#initialData({ userNid, userId });
      return { userNid, userId, passwordHash: hash };
    });
    // The users of application services are brought where those want them.
    if (appserviceId === null) await this.#created(made);
    return made;
  }

  /** Finds the account of a user ID. */
  async find(userId: string): Promise<AccountRow | undefined> {
    const nid = await this.#core.users.find(userId);
    return nid === undefined ? undefined : this.#core.store.get(accountOf, nid);
  }

  /**
   * Finds the account of a user whom an application service logs in.
   *
   * @throws {AccountError} `WRONG_CREDENTIALS` if there is none, `DEACTIVATED` or `LOCKED`.
   */
  async forAppservice(userId: LocalUser["userId"]): Promise<ProvenAccount> {
    const account = await this.find(userId);
    if (!account) throw new AccountError("WRONG_CREDENTIALS", "identifier.user: there is no such user");
    if (account.deactivated === 1) throw new AccountError("DEACTIVATED", "the account was deactivated");
    if (account.locked_ts !== null) throw new AccountError("LOCKED", "an administrator has locked the account");
    return { userNid: account.user_nid, userId, passwordHash: account.password_hash };
  }

  /** Checks a login by password. @throws {AccountError} `WRONG_CREDENTIALS`, `DEACTIVATED` or `LOCKED`. */
  async authenticate(user: string, password: string): Promise<ProvenAccount> {
    const userId = user.startsWith("@") ? user : toUserId(user, this.#core.serverName);
    const lowerCase = userId.toLowerCase();
    const account = (await this.find(userId)) ?? (await this.find(lowerCase));
    if (!(await this.#isRight(lowerCase, password, account?.password_hash)) || !account)
      throw new AccountError("WRONG_CREDENTIALS", "the user name or the password is wrong");
    // Only who knows the password is told that there was such an account.
    if (account.deactivated === 1) throw new AccountError("DEACTIVATED", "the account was deactivated");
    if (account.locked_ts !== null) throw new AccountError("LOCKED", "an administrator has locked the account");
    const { user_nid: userNid, password_hash: passwordHash } = account;
    const proven = { userNid, userId: asUserId(await this.#core.users.text(userNid)), passwordHash };
    return passwordHash !== null && this.#passwords.isForeign(passwordHash) ? this.#adoptPassword(proven, password) : proven;
  }

  /** Checks that an account that was proven earlier can still be used. @throws {AccountError} `LOCKED`, `DEACTIVATED`, `ACCOUNT_CHANGED`. */
  async requireUsable(account: ProvenAccount): Promise<void> {
    const row = await this.#core.store.get(accountOf, account.userNid);
    if (row && row.locked_ts !== null) throw new AccountError("LOCKED", "an administrator has locked the account");
    await this.#sessions.requireUnchanged(account);
  }

  /** Replaces the hash that another server has made by one of this server's, at the first login. */
  async #adoptPassword(account: ProvenAccount, password: string): Promise<ProvenAccount> {
    const passwordHash = await this.#passwords.rehash(password);
    await this.#sessions.amendAccount(account, [operation(updatePassword, account.userNid, passwordHash)], () => true);
    return { ...account, passwordHash };
  }

  /** How a user can prove who they are, as their account is at this moment. @throws {AccountError} `NO_PASSWORD` if they have nothing to prove it with. */
  async proof(user: LocalUser): Promise<IdentityProof> {
    const passwordHash = (await this.#core.store.get(accountOf, user.userNid))?.password_hash ?? null;
    const account = { ...user, passwordHash };
    if (passwordHash === null) throw new AccountError("NO_PASSWORD", "the account has no password to prove that it is yours");
    const check: StageCheck = async (data) => {
      if (typeof data["password"] !== "string") throw new AccountError("INVALID_AUTHENTICATION", "auth.password: expected string");
      const named = identifiedUser(data);
      const owner = named.startsWith("@") ? named : toUserId(named, this.#core.serverName);
      // Not even a right password of somebody else, which nobody shall find out here, proves who the requester is.
      if (owner.toLowerCase() !== user.userId.toLowerCase()) throw new AccountError("OTHER_USER", "auth.identifier: it names another user");
      if (!(await this.#isRight(user.userId, data["password"], passwordHash)))
        throw new AccountError("WRONG_CREDENTIALS", "the user name or the password is wrong");
      await this.#sessions.requireUnchanged(account);
    };
    return { flows: [["m.login.password"]], stages: { "m.login.password": check }, account };
  }

  #isRight(userId: string, password: string, hash: string | null | undefined): Promise<boolean> {
    const verify = (): Promise<boolean> => this.#passwords.verify(password, hash);
    return this.#guesses ? this.#guesses.check(userId.toLowerCase(), verify) : verify();
  }

  /**
   * Sets a new password and ends sessions, in one commit.
   *
   * @param keep Says which devices stay logged in.
   * @throws {AccountError} `WEAK_PASSWORD`, or `ACCOUNT_CHANGED` if the account has changed since it was proven.
   */
  async setPassword(account: ProvenAccount, password: string, keep: (device: DeviceRow) => boolean): Promise<void> {
    const hash = await this.#passwords.hash(password);
    await this.#sessions.amendAccount(account, [operation(updatePassword, account.userNid, hash)], keep);
  }

  /** Locks an account, whose sessions stay and can do nothing but end, or unlocks it. */
  async setLocked(userNid: number, isLocked: boolean): Promise<void> {
    await this.#sessions.amend(userNid, [operation(lockAccount, userNid, isLocked ? this.#core.clock.now() : null)]);
  }

  /** Suspends an account, which can only do what others do not hear of, or ends that. */
  async setSuspended(userNid: number, isSuspended: boolean): Promise<void> {
    await this.#sessions.amend(userNid, [operation(suspendAccount, userNid, isSuspended ? this.#core.clock.now() : null)]);
  }

  /**
   * Ends an account for good, in one commit: no session, no profile; its name stays taken.
   *
   * @param erase Whether what the account has stored goes too, and what it has sent is withheld from later readers.
   * @throws {AccountError} `ACCOUNT_CHANGED`.
   */
  async deactivate(account: ProvenAccount, { erase }: { readonly erase: boolean }): Promise<void> {
    const statements = [deactivateAccountRow, deleteProfile, deleteDelayedEvents, ...(erase ? eraseAccount : [])];
    const operations = statements.map((statement) => operation(statement, account.userNid));
    await this.#sessions.amendAccount(account, [...operations, ...this.#findability.forget(account.userNid)], () => false);
    if (erase) this.#erased(account.userNid);
  }

  /**
   * Finds the guest that an access token belongs to, who wants a full account.
   *
   * @param localpart The name that is asked for: a guest keeps theirs.
   * @throws {AccountError} `WRONG_CREDENTIALS` if it is not the token of that guest.
   */
  async findGuest(accessToken: string, localpart: string | undefined): Promise<ProvenAccount> {
    const owner = await this.#sessions.ownerOf(accessToken);
    const wanted = localpart === undefined ? undefined : toUserId(localpart.toLowerCase(), this.#core.serverName);
    if (typeof owner !== "object" || !owner.isGuest || (wanted !== undefined && wanted !== owner.userId))
      throw new AccountError("WRONG_CREDENTIALS", "guest_access_token: it is not the token of a guest with this name");
    return { userNid: owner.userNid, userId: asUserId(owner.userId), passwordHash: null };
  }

  /** Makes a guest's account a full one; its devices stay logged in. @throws {AccountError} `WEAK_PASSWORD`, or `ACCOUNT_CHANGED`. */
  async upgradeGuest(guest: ProvenAccount, password: string): Promise<ProvenAccount> {
    const passwordHash = await this.#passwords.hash(password);
    await this.#sessions.amendAccount(guest, [operation(upgradeGuestRow, guest.userNid, passwordHash)], () => true);
    return { ...guest, passwordHash };
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
