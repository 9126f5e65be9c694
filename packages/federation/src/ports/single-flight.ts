/** Lets those who ask for the same thing at the same time share one call. */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Promise<T>>();

  /** Joins the call that is under way for `key`, or starts one. */
  run(key: string, start: () => Promise<T>): Promise<T> {
    const present = this.#flights.get(key);
    if (present) return present;
    const flight = start().finally(() => this.#flights.delete(key));
    this.#flights.set(key, flight);
    return flight;
  }
}
