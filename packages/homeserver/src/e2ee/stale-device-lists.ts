import { LruCache, Semaphore, type Timer } from "@patrix/concurrency";
import { serverOf } from "@patrix/signatures";
import { type BackgroundFailure, inBackground } from "../background.ts";
import type { Core } from "../log/core.ts";
import { keptDeviceLists, keptDeviceListsOfRoom, staleDeviceLists } from "../store/statements/remote-devices.ts";
import type { RemoteDeviceLists, RemoteUser } from "./remote-device-lists.ts";

/** After how long what could not be read is read again, at first and at most, in milliseconds. */
const [FIRST_RETRY_MS, LAST_RETRY_MS] = [10_000, 600_000];
/** How many users are looked at in one go. */
const PAGE = 100;
/** How many lists are read at once. */
const READ_AT_ONCE = 16;

/** Reads the lists of devices again that have missed something, until their servers answer; and forgets those that nobody needs. */
export class StaleDeviceLists implements AsyncDisposable {
  readonly #core: Core;
  readonly #lists: RemoteDeviceLists;
  readonly #report: (error: unknown) => void;
  readonly #slots = new Semaphore(READ_AT_ONCE);
  /** Users whose list is read, or about to be. */
  readonly #under = new Set<number>();
  readonly #working = new Set<Promise<void>>();
  /** Servers that did not list the devices of a user. */
  readonly #failed = new LruCache<string, true>(10_000);
  #retryMs = FIRST_RETRY_MS;
  #timer: Timer | undefined;
  #isStopped = false;

  constructor(core: Core, lists: RemoteDeviceLists, failed: BackgroundFailure) {
    this.#core = core;
    this.#lists = lists;
    this.#report = (error) => failed("lists of devices of other servers could not be kept up", error);
  }

  /** Takes up what was stale when the server ended, and forgets what nobody needs any more. */
  start(): void {
    this.#work(async () => {
      await this.#forget((after) => this.#core.store.all(keptDeviceLists, after, PAGE));
      await this.#retry();
    });
  }

  /** Reads the list of a user soon. */
  add(user: RemoteUser): void {
    this.#work(async () => {
      if (!(await this.#read(user))) this.#later();
    });
  }

  /** Reads at once what a server did not give, since it is there again. */
  heardFrom(server: string): void {
    if (!this.#failed.get(server)) return;
    this.#failed.delete(server);
    this.#work(() => this.#retry());
  }

  /** Forgets the list of a user who has left a room, if it was the last one that is shared. */
  left(userNid: number): void {
    this.#work(async () => {
      if ((await this.#core.store.all(keptDeviceLists, userNid - 1, 1))[0]?.user_nid === userNid) await this.#lists.forgetUnshared(userNid);
    });
  }

  /** Forgets the lists of those in a room that this server is not in any more, unless another room is shared. */
  leftRoom(roomNid: number): void {
    this.#work(() => this.#forget((after) => this.#core.store.all(keptDeviceListsOfRoom, roomNid, after, PAGE)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await Promise.all(this.#working);
  }

  #work(task: () => Promise<void>): void {
    if (this.#isStopped) return;
    // What fails is found again by the next start.
    const working = inBackground(task(), this.#report).finally(() => this.#working.delete(working));
    this.#working.add(working);
  }

  #later(): void {
    if (this.#timer || this.#isStopped) return;
    this.#timer = this.#core.clock.after(this.#retryMs, () => {
      this.#timer = undefined;
      this.#work(() => this.#retry());
    });
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
  }

  async #retry(): Promise<void> {
    let hasFailed = false;
    for (let after = 0; !this.#isStopped;) {
      const page = await this.#core.store.all(staleDeviceLists, after, PAGE);
      const last = page.at(-1);
      if (!last) break;
      after = last.user_nid;
      await this.#core.users.load(page.map((row) => row.user_nid));
      const read = await Promise.all(
        page.map(({ user_nid: userNid }) => this.#read({ userNid, userId: this.#core.users.peekText(userNid) })),
      );
      hasFailed ||= read.includes(false);
    }
    if (hasFailed) this.#later();
    else this.#retryMs = FIRST_RETRY_MS;
  }

  /** @returns Whether it could be read, or need not be. */
  async #read(user: RemoteUser): Promise<boolean> {
    if (this.#under.has(user.userNid)) return true;
    this.#under.add(user.userNid);
    try {
      return await this.#slots.run(async () => {
        if (this.#isStopped) return true;
        if (!(await this.#lists.isShared(user.userNid))) await this.#lists.forgetUnshared(user.userNid);
        else await this.#lists.read(user);
        return true;
      });
    } catch {
      this.#failed.set(serverOf(user.userId) ?? "", true);
      return false;
    } finally {
      this.#under.delete(user.userNid);
    }
  }

  async #forget(pageAfter: (after: number) => Promise<readonly { readonly user_nid: number }[]>): Promise<void> {
    for (let after = 0; !this.#isStopped;) {
      const page = await pageAfter(after);
      const last = page.at(-1);
      if (!last) return;
      after = last.user_nid;
      for (const { user_nid: userNid } of page) if (!(await this.#lists.isShared(userNid))) await this.#lists.forgetUnshared(userNid);
    }
  }
}
