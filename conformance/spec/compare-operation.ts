// Compares one declaration with its operation of the specification.
import { type AnyEndpoint, ErrorBody, type Model, RateLimitBody } from "@patrix/api";
import { compareShapes } from "./compare-shapes.ts";
import { specShape, zodShape } from "./shape.ts";
import type { JsonSchema, SpecOperation, SpecParameter } from "./spec-data.ts";

/** Lists everything in which a declaration disagrees with its operation, each as `api operation/place: what`. */
export function compareOperation(endpoint: AnyEndpoint, operation: SpecOperation): string[] {
  const place = `${operation.api} ${operation.operationId}`;
  const { path, query, headers, body } = endpoint.models;
  return [
    ...compareMetadata(endpoint, operation).map((text) => `${place}: ${text}`),
    ...compareParameters(path, operation.pathParams, `${place}/path`),
    ...compareParameters(query, operation.queryParams, `${place}/query`),
    ...compareParameters(headers, operation.headers, `${place}/headers`),
    ...compareBody(body, operation.requestBody, `${place}/body`),
    ...compareSuccess(endpoint, operation, place),
    ...compareErrors(endpoint, operation, place),
  ];
}

function compareMetadata(endpoint: AnyEndpoint, operation: SpecOperation): string[] {
  const newest = endpoint.history.stable?.at(-1);
  const uia = "flows" in (operation.responses["401"]?.schema?.properties ?? {});
  const facts: readonly [string, unknown, unknown][] = [
    ["method", endpoint.method, operation.method],
    ["path", newest?.path, operation.path.trim()],
    ["auth", endpoint.auth, authOf(operation)],
    ["rate limit", endpoint.rateLimited, operation.rateLimited],
    ["deprecated", endpoint.history.deprecated !== undefined, operation.deprecated],
    ["authentication stages", endpoint.uia === true, uia],
    [
      "path variables",
      variables(newest?.path ?? ""),
      operation.pathParams
        .map(({ name }) => name)
        .toSorted()
        .join(),
    ],
    ["version", operation.addedIn === null ? undefined : newest?.since, operation.addedIn === null ? undefined : `v${operation.addedIn}`],
  ];
  const others = [...(endpoint.history.stable ?? []), ...(endpoint.history.unstable ?? [])].filter(
    (entry) => variables(entry.path) !== variables(newest?.path ?? ""),
  );
  return [
    ...facts.filter(([, ours, spec]) => ours !== spec).map(([what, ours, spec]) => `${what} ${String(ours)}, specified ${String(spec)}`),
    ...others.map((entry) => `path ${entry.path} has other variables`),
  ];
}

function variables(path: string): string {
  return [...path.matchAll(/\{(\w+)\}/g)]
    .map((match) => match[1])
    .toSorted()
    .join();
}

function authOf({ auth }: SpecOperation): string {
  const kinds = auth.kinds.join();
  if (auth.accessTokenOptional) return "accessTokenOptional";
  if (!auth.required) return "none";
  if (kinds.includes("signedRequest")) return "signedRequest";
  if (kinds.includes("appservice")) return "appserviceToken";
  return kinds.includes("homeserver") ? "homeserverToken" : "accessToken";
}

function compareParameters(model: Model<unknown> | undefined, parameters: readonly SpecParameter[], place: string): string[] {
  if (parameters.length === 0) return model ? [`${place}: not in the specification`] : [];
  if (!model) return [`${place}: missing`];
  const lower = place.endsWith("/headers");
  const schema: JsonSchema = {
    type: "object",
    properties: Object.fromEntries(parameters.map((p) => [lower ? p.name.toLowerCase() : p.name, p.schema])),
    required: parameters.filter((p) => p.required).map((p) => p.name),
  };
  return compareShapes(zodShape(model.schema), specShape(schema), place);
}

function compareBody(model: Model<unknown> | undefined, body: SpecOperation["requestBody"], place: string): string[] {
  if (!body) return model ? [`${place}: not in the specification`] : [];
  if (!model) return [`${place}: missing`];
  const kind = body.contentTypes.includes("application/json") ? "json" : "bytes";
  if (model.kind !== kind) return [`${place}: ${model.kind}, specified ${kind}`];
  return kind === "json" ? compareShapes(zodShape(model.schema), specShape(body.schema), place) : [];
}

function compareSuccess(endpoint: AnyEndpoint, { responses }: SpecOperation, place: string): string[] {
  const specified = Object.keys(responses)
    .filter((status) => status < "4")
    .map((status) => status.replace("3XX", "302"));
  const declared = (endpoint.statuses ?? [200]).map(String);
  const statuses =
    declared.toSorted().join() === specified.toSorted().join()
      ? []
      : [`${place}: statuses ${declared.join()}, specified ${specified.join()}`];
  const { response } = endpoint.models;
  const kind = kindOf(responses, specified);
  if (response.kind !== kind) return [...statuses, `${place}/${specified[0]}: ${response.kind}, specified ${kind}`];
  if (kind !== "json") return statuses;
  return [
    ...statuses,
    ...specified.flatMap((status) => compareShapes(zodShape(response.schema), specShape(responses[status]?.schema), `${place}/${status}`)),
  ];
}

function kindOf(responses: SpecOperation["responses"], statuses: readonly string[]): string {
  if (statuses.every((status) => status.startsWith("3"))) return "redirect";
  if (statuses.some((status) => status.startsWith("3"))) return "file";
  return responses["200"]?.contentTypes.includes("multipart/mixed") ? "multipart" : "json";
}

function compareErrors(endpoint: AnyEndpoint, { responses }: SpecOperation, place: string): string[] {
  const specified = Object.keys(responses).filter((status) => status >= "4");
  const declared = new Set([...Object.keys(endpoint.errors ?? {}), ...(endpoint.rateLimited ? ["429"] : [])]);
  const extra = [...declared]
    .filter((status) => !specified.includes(status))
    .map((status) => `${place}/${status}: not in the specification`);
  return [
    ...extra,
    ...specified.flatMap((status) => {
      const here = `${place}/${status}`;
      if (!declared.has(status)) return [`${here}: missing`];
      const ours = endpoint.errors?.[status] ?? {};
      const spec = responses[status];
      if (!spec) return [];
      const codes = [(ours.errcodes ?? []).toSorted().join(), spec.errcodes.toSorted().join()];
      const body = ours.body ?? (status === "429" ? RateLimitBody : ErrorBody);
      // A plain object, or nothing, says no more than that the usual error body comes.
      const plain = !spec.schema?.properties;
      return [
        ...(codes[0] === codes[1] ? [] : [`${here}: codes ${codes[0]}, specified ${codes[1]}`]),
        ...(plain ? [] : compareShapes(zodShape(body.schema), specShape(spec.schema), here)),
      ];
    }),
  ];
}
