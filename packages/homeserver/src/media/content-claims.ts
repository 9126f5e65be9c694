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

  /** Removes content that nobody claims: whoever would claim it meanwhile waits. @returns What the removal gives, `false` if it is claimed. */
  async remove(sha256: string, removal: () => Promise<boolean>): Promise<boolean> {
    if (this.#claims.has(sha256) || this.#removals.has(sha256)) return false;
    const removing = removal().finally(() => this.#removals.delete(sha256));
    this.#removals.set(sha256, removing.then(ignore, ignore));
    return removing;
  }
}

function ignore(): void {}
