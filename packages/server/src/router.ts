import { MountError } from "./errors.ts";
import type { HandledEndpoint } from "./handle.ts";

/** What a method of a path leads to. */
export interface Leaf<User> {
  /** One, apart from operations that share a path and differ in body or query. */
  readonly handled: readonly [HandledEndpoint<User>, ...HandledEndpoint<User>[]];
  /** The names of the path variables, in order. */
  readonly names: readonly string[];
}

/** What a path leads to. */
export interface RouteMatch<User> {
  /** By method. */
  readonly leaves: ReadonlyMap<string, Leaf<User>>;
  /** The values of the path variables, still percent-encoded. */
  readonly values: readonly string[];
}

interface Node<User> {
  readonly literals: Map<string, Node<User>>;
  variable: Node<User> | undefined;
  /** Whether the variable of this level may be empty, as a state key may. */
  emptyAllowed: boolean;
  readonly leaves: Map<string, Leaf<User>>;
}

function createNode<User>(): Node<User> {
  return { literals: new Map(), variable: undefined, emptyAllowed: false, leaves: new Map() };
}

const EMPTIABLE = "stateKey";

/** Finds the handlers of a path among all paths of the endpoints, older ones too. Literal segments win over path variables. */
export class Router<User> {
  readonly #root = createNode<User>();

  /** @throws {MountError} `DUPLICATE_HANDLER` if an operation has two handlers. */
  constructor(handled: Iterable<HandledEndpoint<User>>) {
    for (const one of handled)
      for (const { method, path } of one.endpoint.routes) {
        this.#add(method, path, one);
        // Clients may leave out an empty state key, with or without the slash before it.
        const ending = `/{${EMPTIABLE}}`;
        if (path.endsWith(ending)) this.#add(method, path.slice(0, -ending.length), one, [EMPTIABLE]);
      }
  }

  /** Finds what a path leads to; `undefined` if nothing is there. */
  find(path: string): RouteMatch<User> | undefined {
    const values: string[] = [];
    const node = search(this.#root, path.split("/"), 1, values);
    return node && { leaves: node.leaves, values };
  }

  #add(method: string, path: string, handled: HandledEndpoint<User>, leftOut: readonly string[] = []): void {
    const names: string[] = [];
    let node = this.#root;
    for (const segment of path.split("/").slice(1)) {
      const name = /^\{(\w+)\}$/.exec(segment)?.[1];
      if (name === undefined) {
        let next = node.literals.get(segment);
        if (!next) node.literals.set(segment, (next = createNode()));
        node = next;
      } else {
        names.push(name);
        node.emptyAllowed ||= name === EMPTIABLE;
        node = node.variable ??= createNode();
      }
    }
    const others = node.leaves.get(method)?.handled;
    if (others?.some(({ endpoint }) => endpoint.id === handled.endpoint.id))
      throw new MountError("DUPLICATE_HANDLER", `${handled.endpoint.id} has two handlers on ${method} ${path}`);
    node.leaves.set(method, { handled: others ? [...others, handled] : [handled], names: [...names, ...leftOut] });
  }
}

// The recursion is as deep as the longest mounted path, whatever comes in.
function search<User>(node: Node<User>, segments: readonly string[], index: number, values: string[]): Node<User> | undefined {
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
