import { valueAt } from "./explain-issue.ts";
import type { Fix } from "./lenient.ts";

type Path = readonly PropertyKey[];
type Container = Record<PropertyKey, unknown>;

/** A payload that is changed on a copy: only the containers on the way to a change are copied, and each once. */
export class PayloadCopy {
  readonly #holder: Container;
  readonly #copies = new Set<unknown>();
  /** For lists that items were taken out of, where those that are left were in the payload. */
  readonly #indexes = new WeakMap<object, readonly number[]>();

  constructor(payload: unknown) {
    this.#holder = { root: payload };
  }

  /** The payload with all changes. */
  get value(): unknown {
    return this.#holder["root"];
  }

  /** Takes a member away or puts another value in its place. */
  fix(path: Path, fix: Fix): void {
    const { parent, key } = this.#open(path);
    if (fix === "remove") delete parent[key];
    else parent[key] = fix.replacement;
  }

  /** Takes items out of the list or map at a path. */
  removeItems(path: Path, keys: ReadonlySet<PropertyKey>): void {
    const { parent, key } = this.#open(path);
    const container = parent[key] as object;
    if (!Array.isArray(container)) {
      const map = (parent[key] = this.#own(container as Container));
      for (const name of keys) delete map[name];
      return;
    }
    const before = this.#indexes.get(container);
    const list = container.map((item: unknown, index) => ({ item, index })).filter(({ index }) => !keys.has(index));
    const kept = (parent[key] = list.map(({ item }) => item));
    this.#copies.add(kept);
    this.#indexes.set(
      kept,
      list.map(({ index }) => before?.[index] ?? index),
    );
  }

  /** Where a path leads in the payload as it came in. */
  originalPath(path: Path): PropertyKey[] {
    return path.map((key, depth) => {
      const container = valueAt(this.value, path.slice(0, depth));
      const indexes = typeof container === "object" && container !== null ? this.#indexes.get(container) : undefined;
      return typeof key === "number" ? (indexes?.[key] ?? key) : key;
    });
  }

  /** Copies what contains the value at a path. */
  #open(path: Path): { parent: Container; key: PropertyKey } {
    let parent = this.#holder;
    let key: PropertyKey = "root";
    for (const next of path) {
      parent = parent[key] = this.#own(parent[key] as Container);
      key = next;
    }
    return { parent, key };
  }

  #own<T extends object>(container: T): T {
    if (this.#copies.has(container)) return container;
    const copy = (Array.isArray(container) ? [...(container as unknown[])] : { ...container }) as T;
    const indexes = this.#indexes.get(container);
    if (indexes) this.#indexes.set(copy, indexes);
    this.#copies.add(copy);
    return copy;
  }
}
