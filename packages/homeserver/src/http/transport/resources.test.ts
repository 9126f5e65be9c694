import { endpoint, model, obj } from "@patrix/api";
import { expect, it } from "vitest";
import { resourceOf } from "./resources.ts";

const response = model(() => obj({}));

it.each([
  ["/_matrix/client/versions", "client"],
  ["/_matrix/client/v3/sync", "client"],
  ["/_matrix/media/v3/upload", "client"],
  ["/.well-known/matrix/client", "client"],
  ["/_matrix/keys", "client"],
  ["/_matrix/federation/v1/version", "federation"],
  ["/_matrix/key/v2/server", "federation"],
  ["/.well-known/matrix/server", "federation"],
  ["/_synapse/admin/v1/register", "admin"],
  ["/metrics", "metrics"],
  ["/metrics/more", "client"],
])("a listener serves %s as a part of %s", (path, resource) => {
  const served = endpoint({ id: "test", method: "GET", auth: "none", rateLimited: false, history: { unstable: [{ path }] }, response });
  expect(resourceOf(served)).toBe(resource);
});
