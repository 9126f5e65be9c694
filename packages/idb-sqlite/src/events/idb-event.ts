/** Where an event is on its way, in the numbers of the DOM. */
const phases = { none: 0, capturing: 1, atTarget: 2, bubbling: 3 } as const;

/** What {@link IdbEvent} tells of while it is dispatched. */
export interface Journey {
  readonly currentTarget: EventTarget | null;
  readonly phase: keyof typeof phases;
}

/**
 * An event of IndexedDB. The platform's event targets know of no parents, so that events which bubble from a request to its
 * transaction and its database are dispatched by this package.
 */
export class IdbEvent extends Event {
  #target: EventTarget | null = null;
  #journey: Journey = { currentTarget: null, phase: "none" };
  #path: readonly EventTarget[] = [];
  #isStopped = false;
  #isStoppedAtOnce = false;

  override get target(): EventTarget | null {
    return this.#target;
  }

  override get srcElement(): EventTarget | null {
    return this.#target;
  }

  override get currentTarget(): EventTarget | null {
    return this.#journey.currentTarget;
  }

  override get eventPhase(): number {
    return phases[this.#journey.phase];
  }

  override get isTrusted(): boolean {
    return true;
  }

  override get cancelBubble(): boolean {
    return this.#isStopped;
  }

  override set cancelBubble(value: boolean) {
    if (value) this.#isStopped = true;
  }

  override stopPropagation(): void {
    this.#isStopped = true;
  }

  override stopImmediatePropagation(): void {
    this.#isStopped = true;
    this.#isStoppedAtOnce = true;
  }

  override composedPath(): EventTarget[] {
    return this.#journey.phase === "none" ? [] : [...this.#path];
  }

  /** Whether no further target is to hear of it. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** Whether no further listener is to hear of it. */
  get isStoppedAtOnce(): boolean {
    return this.#isStoppedAtOnce;
  }

  /** Sets out: tells the target and those above it, the target first. */
  depart(path: readonly EventTarget[]): void {
    this.#path = path;
    this.#target = path[0] ?? null;
  }

  /** Tells where it is. */
  travel(journey: Journey): void {
    this.#journey = journey;
  }

  /** Ends the way; who keeps the event still sees its target. */
  arrive(): void {
    this.#journey = { currentTarget: null, phase: "none" };
    this.#isStopped = false;
    this.#isStoppedAtOnce = false;
  }
}

/** Tells of the version that a database has or is to have. @see {@link https://w3c.github.io/IndexedDB/#events} */
export class SqliteVersionChangeEvent extends IdbEvent implements IDBVersionChangeEvent {
  readonly oldVersion: number;
  readonly newVersion: number | null;

  constructor(type: string, { oldVersion = 0, newVersion = null, ...init }: IDBVersionChangeEventInit = {}) {
    super(type, init);
    this.oldVersion = oldVersion;
    this.newVersion = newVersion;
  }
}
