import type { Registration } from "./handler.ts";

interface Leaf {
  readonly registration: Registration;
  /** The names of the path variables, in order. */
  readonly names: readonly string[];
}

interface Node {
  readonly literals: Map<string, Node>;
  variable: Node | undefined;
  /** Whether the variable of this level may be empty, as a state key may. */
  emptyAllowed: boolean;
  /** By method. */
  readonly leaves: Map<string, Leaf>;
}

/** What a path leads to. */
export interface RouteMatch {
  /** The methods of the path. */
  readonly methods: ReadonlyMap<string, Leaf>;
  /** The values of the path variables, still percent-encoded. */
  readonly values: readonly string[];
}

const newNode = (): Node => ({ literals: new Map(), variable: undefined, emptyAllowed: false, leaves: new Map() });

/** Finds the handler of a path: literal segments win over path variables. */
export class Router {
  readonly #root = newNode();

  constructor(registrations: Iterable<Registration>) {
    for (const registration of registrations)
      for (const { method, path } of registration.endpoint.routes) {
        this.#add(method, path, registration);
        // Clients may leave out an empty state key, with or without the slash before it.
        if (path.endsWith("/{stateKey}")) this.#add(method, path.slice(0, -"/{stateKey}".length), registration, ["stateKey"]);
      }
  }

  /** Finds what a path leads to; `undefined` if nothing is there. */
  find(path: string): RouteMatch | undefined {
    const segments = path.split("/");
    const values: string[] = [];
    const node = search(this.#root, segments, 1, values);
    return node && { methods: node.leaves, values };
  }

  #add(method: string, path: string, registration: Registration, leftOut: readonly string[] = []): void {
    const names: string[] = [];
    let node = this.#root;
    for (const segment of path.split("/").slice(1)) {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name === undefined) {
        let next = node.literals.get(segment);
        if (!next) node.literals.set(segment, (next = newNode()));
        node = next;
      } else {
        names.push(name);
        node.emptyAllowed ||= name === "stateKey";
        node = node.variable ??= newNode();
      }
    }
    const taken = node.leaves.get(method);
    if (taken && taken.registration !== registration)
      throw new TypeError(`${method} ${path} is mounted by ${taken.registration.endpoint.id} and by ${registration.endpoint.id}`);
    node.leaves.set(method, { registration, names: [...names, ...leftOut] });
  }
}

// The recursion is as deep as the longest mounted path, whatever comes in.
function search(node: Node, segments: readonly string[], index: number, values: string[]): Node | undefined {
  const segment = segments[index];
  if (segment === undefined) return node.leaves.size > 0 ? node : undefined;
  const literal = node.literals.get(segment);
  const found = literal && search(literal, segments, index + 1, values);
  if (found || !node.variable || (segment === "" && !node.emptyAllowed)) return found;
  values.push(segment);
  const below = search(node.variable, segments, index + 1, values);
  if (!below) values.pop();
  return below;
}
