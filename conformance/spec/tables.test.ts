import type { AnyEndpoint } from "@patrix/api";
import { routesOf } from "@patrix/api";
import * as appservice from "@patrix/appservice-api";
import * as appserviceUnstable from "@patrix/appservice-api/unstable";
import * as client from "@patrix/client-api";
import * as clientUnstable from "@patrix/client-api/unstable";
import * as federation from "@patrix/federation-api";
import * as identity from "@patrix/identity-api";
import * as pushGateway from "@patrix/push-gateway-api";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { declarations } from "./declarations.ts";
import { zodShape } from "./shape.ts";

const packages: Readonly<Record<string, object>> = {
  "client-server": client,
  "server-server": federation,
  "application-service": appservice,
  identity,
  "push-gateway": pushGateway,
};
const isEndpoint = (value: unknown): value is AnyEndpoint =>
  typeof value === "object" && value !== null && "history" in value && "models" in value;
const unstable = [clientUnstable, appserviceUnstable].flatMap((module): unknown[] => Object.values(module)).filter(isEndpoint);
const all = [...Object.values(declarations).flat(), ...unstable];

describe("tables of endpoints", () => {
  it.each(Object.keys(packages))("has every endpoint that the package of %s exports", (api) => {
    const exported = Object.values(packages[api] ?? {}).filter(isEndpoint);
    expect(new Set(declarations[api])).toEqual(new Set(exported));
    expect(exported.length).toBeGreaterThan(0);
  });

  it("has no two client endpoints on a route, apart from those that differ in body or query", () => {
    const shared = routesOf(declarations["client-server"] ?? []).filter(({ endpoints }) => endpoints.length > 1);
    expect(new Set(shared.map(({ endpoints }) => endpoints.map(({ id }) => id).join()))).toEqual(
      new Set(["inviteBy3PID,inviteUser", "getEvents,peekEvents"]),
    );
  });

  it("keeps unstable endpoints off stable routes, apart from those that a query parameter tells apart", () => {
    const stable = new Set(routesOf(declarations["client-server"] ?? []).map(({ method, path }) => `${method} ${path}`));
    const taken = unstable.filter(({ routes }) => routes.some(({ method, path }) => stable.has(`${method} ${path}`)));
    expect(taken.map(({ id }) => id).toSorted()).toEqual([
      "sendDelayedMessageEvent",
      "sendDelayedStateEvent",
      "sendStickyMessage",
      "setStickyState",
    ]);
  });
});

describe.each(all.map((endpoint) => ({ id: endpoint.id, endpoint })))("endpoint $id", ({ endpoint }) => {
  it("has the variables of its paths as path parameters, all of them required", () => {
    const shape = endpoint.models.path ? zodShape(endpoint.models.path.schema) : { kind: "object" as const, members: {} };
    if (shape.kind !== "object") throw new Error("path variables are no object");
    const names = Object.keys(shape.members).toSorted();
    expect(Object.values(shape.members).every(({ required }) => required)).toBe(true);
    for (const { path } of endpoint.routes) expect([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).toSorted()).toEqual(names);
    expect(endpoint.routes.length).toBeGreaterThan(0);
  });

  it("lists its stable paths in order, and success statuses only as such", () => {
    const since = (endpoint.history.stable ?? []).map((entry) => entry.since.replace(/^r0/, "v0"));
    expect(since).toEqual(since.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })));
    for (const status of endpoint.statuses ?? []) expect(status).toBeLessThan(400);
    for (const status of Object.keys(endpoint.errors ?? {})) expect(status >= "4").toBe(true);
  });

  it("compiles to schemas that judge as the plain ones do", () => {
    for (const model of Object.values(endpoint.models))
      if (model?.kind === "json") {
        const compiled = z.compile(model.schema);
        for (const value of [{}, [], "text", null]) expect(z.safeParse(compiled, value).success).toBe(model.is(value));
      }
  });
});
