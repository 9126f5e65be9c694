import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { describe, expect, it } from "vitest";
import { type HandledEndpoint, handle } from "./handle.ts";
import { Router } from "./router.ts";

function at(id: string, path: string, method: "GET" | "PUT" = "GET"): HandledEndpoint<unknown> {
  const history = { unstable: [{ path }] };
  const declared: Endpoint<EmptyObject, EmptyObject> = endpoint({
    id,
    method,
    auth: "none",
    rateLimited: false,
    history,
    response: EmptyObject,
  });
  return handle(declared, () => ({}));
}

describe("Router", () => {
  it("forgets the values of a way that leads nowhere", () => {
    const router = new Router([at("inner", "/v3/{kind}/first"), at("outer", "/{version}/{kind}/last")]);
    expect(router.find("/v3/a/last")?.values).toEqual(["v3", "a"]);
    expect(router.find("/v3/a/first")?.values).toEqual(["a"]);
  });

  it("names the variables by the path that was mounted", () => {
    const router = new Router([at("get", "/rooms/{roomId}"), at("put", "/rooms/{roomIdOrAlias}", "PUT")]);
    const leaves = router.find("/rooms/x")?.leaves;
    expect([leaves?.get("GET")?.names, leaves?.get("PUT")?.names]).toEqual([["roomId"], ["roomIdOrAlias"]]);
  });

  it("refuses two handlers of one operation", () => {
    expect(() => new Router([at("get", "/x"), at("get", "/x")])).toThrow("get has two handlers on GET /x");
  });

  it("is not misled by names that objects have", () => {
    const router = new Router([at("get", "/things/{thing}")]);
    for (const name of ["__proto__", "constructor", "toString"]) expect(router.find(`/things/${name}`)?.values).toEqual([name]);
    for (const name of ["__proto__", "constructor"]) expect(router.find(`/${name}`)).toBeUndefined();
  });
});
