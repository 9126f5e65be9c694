/**
 * Lets those who ask for the same thing at the same time share one call.
 *
 * @example
 * const keys = await flights.run(serverName, () => fetchKeys(serverName));
 */
export class SingleFlight<K, T> {
  readonly #flights = new Map<K, Promise<T>>();

  /** Joins the call that is under way for a key, or starts one. @throws What the call throws, for all who joined it. */
  run(key: K, start: () => Promise<T>): Promise<T> {
    const present = this.#flights.get(key);
    if (present) return present;
    const flight = start().finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }
}
