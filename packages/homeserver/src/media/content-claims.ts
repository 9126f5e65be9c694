/**
 * Keeps content from being removed between the moment when it is stored and the one when a row names it, as uploads and removals of
 * the same content may come at the same time.
 */
export class ContentClaims {
  readonly #claims = new Map<string, number>();
  readonly #removals = new Map<string, Promise<void>>();

  /** Claims content that is about to be stored; a removal that is under way ends first. */
  async claim(sha256: string): Promise<Disposable> {
    for (let removal = this.#removals.get(sha256); removal; removal = this.#removals.get(sha256)) await removal;
    this.#claims.set(sha256, (this.#claims.get(sha256) ?? 0) + 1);
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (!isHeld) return;
        isHeld = false;
        const left = (this.#claims.get(sha256) ?? 1) - 1;
        if (left > 0) this.#claims.set(sha256, left);
        else this.#claims.delete(sha256);
      },
    };
  }

  /**
   * Removes content that nobody claims, one removal of the same content after the other: whoever would claim it meanwhile waits.
   *
   * @returns What the removal gives, `undefined` if the content is claimed.
   */
  async remove<T>(sha256: string, removal: () => Promise<T>): Promise<T | undefined> {
    for (let other = this.#removals.get(sha256); other; other = this.#removals.get(sha256)) await other;
    if (this.#claims.has(sha256)) return undefined;
    const removing = removal().finally(() => this.#removals.delete(sha256));
    this.#removals.set(sha256, removing.then(ignore, ignore));
    return removing;
  }
}

function ignore(): void {}
