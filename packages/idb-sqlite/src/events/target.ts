import { IdbEvent, type Journey } from "./idb-event.ts";

interface Listener {
  readonly type: string;
  /** Missing for the place of an event handler, as `onsuccess`. */
  readonly callback: EventListenerOrEventListenerObject | undefined;
  readonly capture: boolean;
  readonly once: boolean;
  isRemoved: boolean;
}

const noListeners: readonly Listener[] = [];

/** An event target with a parent to which events bubble. */
export class Target implements EventTarget {
  /** Most requests never have any. */
  #listeners: readonly Listener[] = noListeners;
  #handlers: Map<string, unknown> | undefined;

  /** Where events bubble to. */
  protected get parent(): Target | null {
    return null;
  }

  addEventListener(
    type: string,
    callback: EventListenerOrEventListenerObject | null,
    options: AddEventListenerOptions | boolean = {},
  ): void {
    const { capture = false, once = false, signal } = typeof options === "boolean" ? { capture: options } : options;
    if (callback === null || signal?.aborted === true || this.#find(type, callback, capture)) return;
    this.#listeners = [...this.#listeners, { type, callback, capture, once, isRemoved: false }];
    signal?.addEventListener("abort", () => this.removeEventListener(type, callback, { capture }), { once: true });
  }

  removeEventListener(
    type: string,
    callback: EventListenerOrEventListenerObject | null,
    options: EventListenerOptions | boolean = {},
  ): void {
    const capture = typeof options === "boolean" ? options : (options.capture ?? false);
    const listener = callback === null ? undefined : this.#find(type, callback, capture);
    if (listener) this.#remove(listener);
  }

  /** Dispatches an event that a program has made. */
  dispatchEvent(event: Event): boolean {
    if (!(event instanceof IdbEvent)) throw new TypeError("only events of IndexedDB can be dispatched here");
    fire(this, event);
    return !event.defaultPrevented;
  }

  /** Whether anybody would hear of an event of a type; `bubbles` if those above would. */
  isHeard(type: string, bubbles: boolean): boolean {
    if (this.#listeners.some((listener) => listener.type === type)) return true;
    // Those above may capture what does not bubble.
    return this.parent?.isHeard(type, bubbles) ?? false;
  }

  /** The targets from this one upwards. */
  get path(): readonly Target[] {
    return [this, ...(this.parent?.path ?? [])];
  }

  /** The event handler of a type. */
  protected handler(type: string): unknown {
    return this.#handlers?.get(type) ?? null;
  }

  /** Sets the event handler of a type: it takes the place among the listeners that the first one got. */
  protected setHandler(type: string, handler: unknown): void {
    this.#handlers ??= new Map();
    const placed = this.#listeners.find((listener) => listener.type === type && listener.callback === undefined);
    if (typeof handler === "function") {
      this.#handlers.set(type, handler);
      if (!placed) this.#listeners = [...this.#listeners, { type, callback: undefined, capture: false, once: false, isRemoved: false }];
      return;
    }
    this.#handlers.delete(type);
    if (placed) this.#remove(placed);
  }

  /** Calls the listeners of one phase; gives what they threw. */
  hear(event: IdbEvent, journey: Journey, capture: boolean): unknown[] {
    const thrown: unknown[] = [];
    for (const listener of this.#listeners.filter((each) => each.type === event.type && each.capture === capture)) {
      if (event.isStoppedAtOnce) break;
      if (listener.isRemoved) continue;
      if (listener.once) this.#remove(listener);
      event.travel(journey);
      try {
        this.#call(listener, event);
      } catch (error) {
        thrown.push(error);
      }
    }
    return thrown;
  }

  #call({ callback, type }: Listener, event: IdbEvent): void {
    if (typeof callback === "object") {
      callback.handleEvent(event);
      return;
    }
    const called: unknown = callback ?? this.#handlers?.get(type);
    if (typeof called !== "function") return;
    const returned: unknown = Reflect.apply(called, this, [event]);
    if (callback === undefined && returned === false) event.preventDefault();
  }

  #find(type: string, callback: EventListenerOrEventListenerObject, capture: boolean): Listener | undefined {
    return this.#listeners.find((each) => each.type === type && each.callback === callback && each.capture === capture);
  }

  #remove(listener: Listener): void {
    listener.isRemoved = true;
    this.#listeners = this.#listeners.filter((each) => each !== listener);
  }
}

/**
 * Dispatches an event to a target and those above it. What listeners throw stops nobody else: it surfaces as an uncaught
 * error, and the answer says whether there was any.
 */
export function fire(target: Target, event: IdbEvent): boolean {
  const { path } = target;
  const above = path.slice(1);
  event.depart(path);
  const thrown: unknown[] = [];
  const visit = (current: Target, phase: Journey["phase"], capture: boolean): void => {
    if (!event.isStopped) thrown.push(...current.hear(event, { currentTarget: current, phase }, capture));
  };
  for (const current of above.toReversed()) visit(current, "capturing", true);
  visit(target, "atTarget", true);
  visit(target, "atTarget", false);
  if (event.bubbles) for (const current of above) visit(current, "bubbling", false);
  event.arrive();
  for (const error of thrown)
    queueMicrotask(() => {
      throw error;
    });
  return thrown.length > 0;
}
