import { toName } from "./web-idl.ts";
/** A sorted list of names, as `objectStoreNames` gives it. */
export class NameList extends Array<string> implements DOMStringList {
  static sorted(names: Iterable<string>): NameList {
    const list = new NameList();
    for (const name of [...names].sort(byCodeUnits)) list.push(name);
    return list;
  }

  contains(name: string): boolean {
    return this.includes(toName(name));
  }

  item(index: number): string | null {
    return this[index] ?? null;
  }

  /** Arrays made of it are plain ones. */
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

function byCodeUnits(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
