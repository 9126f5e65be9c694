import { type AnyEndpoint, ErrorBody, type Model } from "@patrix/api";
import { operationDocs } from "./operation-docs.ts";
import { type JsonSchema, type NamedModels, toJsonSchema, toJsonSchemas } from "@patrix/api/json-schema";

/** What an OpenAPI document is made from. */
export interface ApiDescription {
  /** Name of the API, such as `client-server`. */
  readonly name: string;
  readonly endpoints: readonly AnyEndpoint[];
  /** The exported models of its package. */
  readonly models: NamedModels;
}

const PREFIX = "#/components/schemas/";

/** Builds the OpenAPI 3.1 document of an API: every stable path of every endpoint, the newest only. */
export function toOpenApi({ name, endpoints, models }: ApiDescription): JsonSchema {
  const named = new Map(models).set("ErrorBody", ErrorBody);
  const names = new Map([...named].map(([key, model]) => [model, key]));
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.routes.find(({ stability }) => stability === "stable")?.path ?? endpoint.routes[0]?.path;
    if (path === undefined) continue;
    const method = endpoint.method.toLowerCase();
    const item = (paths[path] ??= {});
    // Two operations that share method and path differ in the body; OpenAPI has room for one.
    const described = { ...describe(name, endpoint), ...operation(endpoint, names) };
    if (item[method] === undefined) item[method] = described;
    else item[`x-also-${endpoint.id}`] = described;
  }
  return {
    openapi: "3.1.0",
    info: { title: `Matrix ${name} API`, version: "v1.19", license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    servers: [{ url: "https://{server}", variables: { server: { default: "matrix.example.org" } } }],
    paths,
    components: { schemas: toJsonSchemas(named, PREFIX), securitySchemes: SECURITY_SCHEMES },
  };
}

const SECURITY_SCHEMES = {
  accessToken: { type: "http", scheme: "bearer" },
  serverSignature: { type: "apiKey", in: "header", name: "Authorization", description: "X-Matrix" },
};

let docs: ReadonlyMap<string, readonly string[]> | undefined;

/** What the docstring of an endpoint says. */
function describe(api: string, { id }: AnyEndpoint): JsonSchema {
  docs ??= new Map(operationDocs.split("\n").map((line) => [line.split("\t", 1)[0] ?? "", line.split("\t").slice(1)]));
  const [summary, description = "", url = ""] = docs.get(`${api}/${id}`) ?? [];
  if (summary === undefined) return {};
  const whole = [`${summary}.`, description.replaceAll(String.raw`\n`, "\n")].filter(Boolean).join("\n\n");
  return { summary, description: whole, ...(url === "" ? {} : { externalDocs: { url, description: "Specification" } }) };
}

type Names = ReadonlyMap<Model<unknown>, string>;

function operation(endpoint: AnyEndpoint, names: Names): JsonSchema {
  const { id, models, auth, history, statuses = [200], errors = {} } = endpoint;
  const scheme = auth === "none" ? undefined : auth.includes("erver") ? "serverSignature" : "accessToken";
  const responses = statuses.map((status) => [String(status), { description: "Success", ...content(models.response, names) }]);
  const failures = Object.keys(errors).map((status) => [status, { description: "Documented failure", ...content(ErrorBody, names) }]);
  return {
    operationId: id,
    ...(history.deprecated === undefined ? {} : { deprecated: true }),
    security: scheme === undefined ? [] : [{ [scheme]: [] }],
    "x-auth": auth,
    "x-rate-limited": endpoint.rateLimited,
    parameters: [...parameters(models.path, "path"), ...parameters(models.query, "query"), ...parameters(models.headers, "header")],
    ...(models.body === undefined ? {} : { requestBody: { required: true, ...content(models.body, names) } }),
    responses: Object.fromEntries([
      ...responses,
      ...failures,
      ...["4XX", "default"].map((status) => [status, { description: "Failure", ...content(ErrorBody, names) }]),
    ]),
  };
}

function parameters(model: Model<unknown> | undefined, place: "path" | "query" | "header"): JsonSchema[] {
  if (model === undefined) return [];
  const { properties, required } = toJsonSchema(model);
  const needed: readonly unknown[] = Array.isArray(required) ? required : [];
  return Object.entries(properties ?? {}).map(([name, schema]) => ({
    name,
    in: place,
    required: place === "path" || needed.includes(name),
    schema,
  }));
}

const MEDIA_TYPES = {
  bytes: "application/octet-stream",
  file: "application/octet-stream",
  multipart: "multipart/mixed",
  html: "text/html",
};

function content(model: Model<unknown>, names: Names): JsonSchema {
  if (model.kind === "redirect") return {};
  if (model.kind !== "json") return { content: { [MEDIA_TYPES[model.kind]]: {} } };
  const name = names.get(model);
  return {
    content: { "application/json": { schema: name === undefined ? withoutDialect(toJsonSchema(model)) : { $ref: PREFIX + name } } },
  };
}

function withoutDialect({ $schema: _dialect, ...schema }: JsonSchema): JsonSchema {
  return schema;
}
