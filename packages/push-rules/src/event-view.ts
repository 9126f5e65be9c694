import { foldCase } from "./glob.ts";
import { getProperty } from "./property-path.ts";
import type { PushEvent } from "./push-context.ts";

/** Reads an event's properties for one evaluation, and folds each text once however many rules look at it. @internal */
export class EventView {
  readonly event: PushEvent;
  readonly #folded = new Map<string, string | undefined>();

  constructor(event: PushEvent) {
    this.event = event;
  }

  get sender(): string | undefined {
    return this.#text("sender");
  }

  get roomId(): string | undefined {
    return this.#text("room_id");
  }

  property(path: readonly string[]): unknown {
    return getProperty(this.event, path);
  }

  /** The text at a path, folded; `undefined` when the property is no text. */
  folded(key: string, path: readonly string[]): string | undefined {
    const known = this.#folded.get(key);
    if (known !== undefined) return known;
    const value = this.property(path);
    const text = typeof value === "string" ? foldCase(value) : undefined;
    this.#folded.set(key, text);
    return text;
  }

  #text(name: string): string | undefined {
    const value = getProperty(this.event, [name]);
    return typeof value === "string" ? value : undefined;
  }
}
