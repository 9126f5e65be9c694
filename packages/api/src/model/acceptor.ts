import type { Schema } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Tells whether a value matches; where it says no, it may not have looked at everything that counts. */
export type Acceptor = (value: unknown) => boolean;

/** The members of zod's definitions that say what a schema takes. */
interface Definition {
  readonly type: string;
  readonly checks?: readonly { readonly _zod: { readonly def: CheckDefinition } }[];
  readonly innerType?: Schema<unknown>;
  readonly in?: Schema<unknown>;
  readonly out?: Schema<unknown>;
  readonly options?: readonly Schema<unknown>[];
  readonly discriminator?: string;
  readonly inclusive?: boolean;
  readonly shape?: Readonly<Record<string, Schema<unknown>>>;
  readonly catchall?: Schema<unknown>;
  readonly element?: Schema<unknown>;
  readonly keyType?: Schema<unknown>;
  readonly valueType?: Schema<unknown>;
  readonly values?: readonly unknown[];
  readonly format?: string;
  readonly coerce?: boolean;
  readonly fn?: (value: unknown) => unknown;
}
interface CheckDefinition {
  readonly check: string;
  readonly format?: string;
  readonly pattern?: RegExp;
  readonly fn?: (value: unknown) => unknown;
  readonly when?: unknown;
}

const known = /* @__PURE__ */ new WeakMap<Schema<unknown>, Acceptor>();

/**
 * Makes a check of a schema that copies nothing and describes no problem: nearly all payloads are as they should be, and zod makes each of them
 * anew to find that out. What it does not know of a schema, it asks zod.
 *
 * @internal
 */
export function acceptorOf(schema: Schema<unknown>): Acceptor {
  const made = known.get(schema);
  if (made) return made;
  let acceptor: Acceptor | undefined;
  // A schema may contain itself.
  known.set(schema, (value) => (acceptor ??= acceptorOf(schema))(value));
  acceptor = makeAcceptor(schema);
  known.set(schema, acceptor);
  return acceptor;
}

function makeAcceptor(schema: Schema<unknown>): Acceptor {
  const definition: Definition = schema._zod.def;
  const byZod: Acceptor = (value) => z.safeParse(schema, value).success;
  const accepts = acceptType(definition);
  if (!accepts) return byZod;
  const checks: Acceptor[] = [];
  for (const { _zod: check } of definition.checks ?? []) {
    const passes = acceptCheck(check.def);
    if (!passes) return byZod;
    checks.push(passes);
  }
  if (checks.length === 0) return accepts;
  return (value) => accepts(value) && checks.every((passes) => passes(value));
}

/** `undefined` for what is not known here. */
function acceptType(definition: Definition): Acceptor | undefined {
  const { type, innerType, in: before, out, element, format, coerce, values, fn } = definition;
  switch (type) {
    case "unknown":
      return () => true;
    case "string":
      return format === undefined && coerce !== true ? (value) => typeof value === "string" : undefined;
    case "boolean":
      return coerce === true ? undefined : (value) => typeof value === "boolean";
    case "number":
      return format === "safeint" && coerce !== true ? (value) => Number.isSafeInteger(value) : undefined;
    case "literal":
      return values && ((value) => values.includes(value));
    case "custom":
      return fn && ((value) => fn(value) === true);
    case "optional":
      return innerType && acceptOptional(innerType);
    case "array":
      return element && acceptArray(element);
    case "pipe":
      return before && out && definitionKeys(definition) === "in,out,type" ? acceptBoth(before, out) : undefined;
    case "union":
      return acceptUnion(definition);
    case "object":
      return acceptObject(definition);
    case "record":
      return acceptRecord(definition);
    default:
      return undefined;
  }
}

/** Transformations are pipes too, with more in their definition. */
function definitionKeys(definition: Definition): string {
  return Object.keys(definition).toSorted().join(",");
}

function acceptCheck({ check, format, pattern, fn, when }: CheckDefinition): Acceptor | undefined {
  if (when !== undefined) return undefined;
  if (check === "meta") return () => true;
  if (check === "custom") return fn && ((value) => fn(value) === true);
  if (check !== "string_format" || format !== "regex" || !pattern || pattern.global || pattern.sticky) return undefined;
  return (value) => typeof value === "string" && pattern.test(value);
}

function acceptOptional(inner: Schema<unknown>): Acceptor {
  const accepts = acceptorOf(inner);
  return (value) => value === undefined || accepts(value);
}

function acceptBoth(one: Schema<unknown>, other: Schema<unknown>): Acceptor {
  const [first, second] = [acceptorOf(one), acceptorOf(other)];
  return (value) => first(value) && second(value);
}

function acceptArray(element: Schema<unknown>): Acceptor {
  const accepts = acceptorOf(element);
  return (value) => {
    if (!Array.isArray(value)) return false;
    // Unlike `every`, this sees holes.
    for (let at = 0; at < value.length; at += 1) if (!accepts(value[at])) return false;
    return true;
  };
}

function acceptUnion({ options = [], discriminator, inclusive }: Definition): Acceptor | undefined {
  // There one option alone counts.
  if (discriminator !== undefined || inclusive === false) return undefined;
  const accepting = options.map((option) => acceptorOf(option));
  return (value) => accepting.some((accepts) => accepts(value));
}

function acceptObject({ shape = {}, catchall }: Definition): Acceptor | undefined {
  const names = Object.keys(shape);
  if (catchall && (catchall._zod.def as Definition).type !== "unknown") return undefined;
  // An object would have those of its prototype.
  if (!catchall || names.some((name) => name in Object.prototype)) return undefined;
  const members = names.map((name) => {
    const member = shape[name] as Schema<unknown>;
    return { name, accepts: acceptorOf(member), isOptional: (member._zod.def as Definition).type === "optional" };
  });
  return (value) => {
    if (!isPlain(value)) return false;
    for (const { name, accepts, isOptional } of members) {
      const inner = value[name];
      if (inner === undefined ? !isOptional : !accepts(inner)) return false;
    }
    return true;
  };
}

function acceptRecord({ keyType, valueType }: Definition): Acceptor | undefined {
  // With known keys, all of them may be wanted.
  if (!keyType || !valueType || keyType._zod.values !== undefined) return undefined;
  const [acceptsKey, acceptsValue] = [acceptorOf(keyType), acceptorOf(valueType)];
  return (value) => {
    if (!isPlain(value)) return false;
    for (const key of Object.keys(value)) if (key === "__proto__" || !acceptsKey(key) || !acceptsValue(value[key])) return false;
    return true;
  };
}

/** Whether a value is an object as JSON has them. */
function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
