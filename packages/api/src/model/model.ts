import type { Schema } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type Issue, ValidationError } from "../errors.ts";
import { type Acceptor, acceptorOf } from "./acceptor.ts";
import { explainIssue } from "./explain-issue.ts";
import type { AppliedRepair } from "./applied-repair.ts";
import type { ParseOptions } from "./parse-options.ts";
import { type RepairOutcome, repairPayload } from "./repair-payload.ts";
import { tooDeep } from "./too-deep.ts";

/** What a payload is on the wire: JSON, or one of the bodies that are not. */
export type ModelKind = "json" | "bytes" | "file" | "multipart" | "redirect" | "html";

/** How a body that is not JSON is written and read. It comes with the model, so that bundles have only what they use. */
export interface WireCodec<T> {
  encode(value: T): { readonly headers: Record<string, string>; readonly body: Uint8Array<ArrayBuffer> };
  /** Reads a body, given its `Content-Type`. @throws {ValidationError} If it does not match. */
  decode(contentType: string, body: unknown): T;
}

/** A payload that matches its model. */
export interface ParsedPayload<T> {
  readonly ok: true;
  /** The input itself; a copy of it where anything was repaired. */
  readonly value: T;
  /** What was put right or let pass: by lenient mode, and where the specification says in words what to take a value for. */
  readonly repairs: readonly AppliedRepair[];
  /** What was wrong with items that were left out, with pointers into the input; absent where none was. */
  readonly leftOut?: readonly Issue[] | undefined;
}

/** A payload that does not match its model. */
export interface RefusedPayload {
  readonly ok: false;
  /** In lenient mode, what could not be repaired. */
  readonly issues: readonly Issue[];
}

/** The outcome of checking a payload: the value, or what is wrong with it. */
export type ParseResult<T> = ParsedPayload<T> | RefusedPayload;

const STRICT: ParseOptions = {};

/** The repairs of a payload that needed none. @internal */
export const NO_REPAIRS: readonly AppliedRepair[] = [];

/** The run-time side of a declared type: a zod schema that is built on first use. */
export interface Model<T> {
  /** What the value is on the wire. */
  readonly kind: ModelKind;
  /** Present on multipart bodies. */
  readonly wire?: WireCodec<T> | undefined;
  /** The zod schema, for composition inside other models and for export. */
  readonly schema: Schema<T>;
  /**
   * Checks a value and returns that same value, typed: nothing is copied, dropped or reordered, unless there is something to repair, or an
   * item to leave out. The input is never changed.
   *
   * @throws {ValidationError} If the value does not match; code `INVALID_PAYLOAD`.
   */
  parse(value: unknown, options?: ParseOptions): T;
  /** Like {@link Model.parse}, with the problems returned instead of thrown. */
  safeParse(value: unknown, options?: ParseOptions): ParseResult<T>;
  /** Tells whether a value matches as it is, without any repair. */
  is(value: unknown): value is T;
}

type Compiler = <T>(schema: Schema<T>) => Schema<T>;
let compiler: Compiler | undefined;

/** Sets how models turn their schema into a faster one on first use. @internal */
export function setCompiler(compile: Compiler): void {
  compiler = compile;
}

class LazyModel<T> implements Model<T> {
  readonly kind = "json";
  readonly #make: () => Schema<T>;
  readonly #convert: boolean;
  #schema: Schema<T> | undefined;
  #fast: Schema<T> | undefined;
  #acceptor: Acceptor | undefined;

  constructor(make: () => Schema<T>, convert: boolean) {
    this.#make = make;
    this.#convert = convert;
  }

  get schema(): Schema<T> {
    return (this.#schema ??= this.#make());
  }

  safeParse(value: unknown, options: ParseOptions = STRICT): ParseResult<T> {
    if (this.#accepts(value) && (options.maxDepth === undefined || tooDeep(value, options.maxDepth).length === 0))
      return { ok: true, value: value as T, repairs: NO_REPAIRS };
    this.#fast ??= compiler ? compiler(this.schema) : this.schema;
    const result = z.safeParse(this.#fast, value);
    // zod rebuilds objects: key order changes and an own `__proto__` is lost. Without transforms the input is the output.
    const deep = options.maxDepth === undefined ? [] : tooDeep(value, options.maxDepth);
    if (result.success && deep.length === 0) return { ok: true, value: this.#convert ? result.data : (value as T), repairs: NO_REPAIRS };
    return this.#repaired(
      value,
      repairPayload(this.schema, value, { found: result.success ? [] : result.error.issues, deep }, options),
      options,
    );
  }

  /** Whether a value matches as it is; nothing is said of one that does not. */
  #accepts(value: unknown): boolean {
    // What is compiled is as fast, and what is converted is made anew.
    if (compiler || this.#convert) return false;
    this.#acceptor ??= acceptorOf(this.schema);
    return this.#acceptor(value);
  }

  #repaired(input: unknown, outcome: RepairOutcome, options: ParseOptions): ParseResult<T> {
    const { value: repaired, repairs, leftOut, issues } = outcome;
    if (issues.length > 0) return { ok: false, issues: issues.flatMap((issue) => explainIssue(issue, repaired)) };
    for (const repair of repairs) options.onRepair?.(repair);
    // What is let pass fails in zod, which has the converted value all the same.
    const output = this.#convert ? this.schema._zod.run({ value: repaired, issues: [] }, { async: false }) : { value: repaired };
    const parsed = { ok: true, value: (output as { value: unknown }).value as T, repairs } as const;
    if (leftOut.length === 0) return parsed;
    const problems = leftOut.flatMap((issue) => explainIssue(issue, input));
    for (const problem of problems) options.onLeftOut?.(problem);
    return { ...parsed, leftOut: problems };
  }

  parse(value: unknown, options?: ParseOptions): T {
    const result = this.safeParse(value, options);
    if (result.ok) return result.value;
    throw new ValidationError(result.issues);
  }

  is(value: unknown): value is T {
    if (this.#accepts(value)) return true;
    this.#fast ??= compiler ? compiler(this.schema) : this.schema;
    return z.safeParse(this.#fast, value).success;
  }
}

/**
 * Declares the run-time side of the interface `T`; the schema is built when it is first needed.
 * Mark the call `@__PURE__` so that bundlers can drop it. The schema must not transform.
 */
/* @__NO_SIDE_EFFECTS__ */
export function model<T>(make: () => Schema<T>): Model<T> {
  return new LazyModel(make, false);
}

/** Declares the model of query, path or header parameters, whose texts are converted to the values of `T`. */
/* @__NO_SIDE_EFFECTS__ */
export function paramsModel<T>(make: () => Schema<T>): Model<T> {
  return new LazyModel(make, true);
}
