// The specification as data: ../shared/spec beside the repository, absent where only the project was cloned.
import { existsSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../../shared/spec/", import.meta.url);

/** A JSON Schema as far as the specification uses it. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
  readonly maxProperties?: number;
}

/** A path, query or header parameter. */
export interface SpecParameter {
  readonly name: string;
  readonly required: boolean;
  readonly schema: JsonSchema;
  readonly example?: unknown;
}

/** A response of an operation. */
export interface SpecResponse {
  readonly contentTypes: readonly string[];
  readonly schema: JsonSchema | null;
  readonly errcodes: readonly string[];
}

/** An operation of the specification. */
export interface SpecOperation {
  readonly api: string;
  readonly operationId: string;
  readonly method: string;
  readonly path: string;
  readonly deprecated: boolean;
  readonly addedIn: string | null;
  readonly auth: { readonly required: boolean; readonly accessTokenOptional: boolean; readonly kinds: readonly string[] };
  readonly rateLimited: boolean;
  readonly pathParams: readonly SpecParameter[];
  readonly queryParams: readonly SpecParameter[];
  readonly headers: readonly SpecParameter[];
  readonly requestBody: { readonly contentTypes: readonly string[]; readonly required: boolean; readonly schema: JsonSchema } | null;
  readonly responses: Readonly<Record<string, SpecResponse>>;
}

/** An example of a request or response body. */
export interface SpecExample {
  readonly file: string;
  readonly api: string;
  readonly operationId: string;
  readonly status: string | null;
  readonly direction: "request" | "response";
  readonly name: string;
}

/** Whether the specification's data lie beside the repository. */
export const hasSpec: boolean = existsSync(FOLDER);

/** Reads one JSON file of the data. */
export function readSpec(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, FOLDER), "utf8"));
}

/** Every operation, or none where the data are absent. */
export const operations: readonly SpecOperation[] = hasSpec ? (readSpec("endpoints.json") as SpecOperation[]) : [];

/** Every example of an endpoint, or none where the data are absent. */
export const examples: readonly SpecExample[] = hasSpec
  ? (readSpec("examples/manifest.json") as { endpoints: SpecExample[] }).endpoints
  : [];
