/** A claim on a name, given back when it is disposed of. */
export interface Claim extends Disposable {
  /** Whether nobody else held a claim on the name. */
  readonly isFirst: boolean;
}

/**
 * Names that are being taken: between the look-up and the commit, nobody else may take them.
 *
 * @example
 * using claim = names.claim(alias);
 * if (!claim.isFirst) throw new Error("the alias is being taken");
 */
export class Claims {
  readonly #held = new Set<string>();

  /** Claims a name. */
  claim(name: string): Claim {
    const isFirst = !this.#held.has(name);
    if (isFirst) this.#held.add(name);
    let isHeld = isFirst;
    return {
      isFirst,
      [Symbol.dispose]: () => {
        // A second disposal must not give back what somebody else holds by then.
        if (isHeld) this.#held.delete(name);
        isHeld = false;
      },
    };
  }
}
