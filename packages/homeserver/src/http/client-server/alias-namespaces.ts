import { matrixError } from "@patrix/api";
import type { Appservices } from "../../appservice/appservices.ts";
import type { Requester } from "../access/requester.ts";

/**
 * Checks that a requester may make or remove an alias, as far as namespaces go: what is one application service's alone is out of
 * everybody else's reach, and application services keep to what is theirs.
 *
 * @returns Whether the alias is the requester's own because of a namespace, whatever the room says.
 * @throws {MatrixError} `M_EXCLUSIVE`.
 */
export function requireAliasNamespace(appservices: Appservices, { appservice }: Requester, alias: string): boolean {
  const owner = appservices.ownerOfAlias(alias);
  if (owner && owner !== appservice) throw matrixError("M_EXCLUSIVE", "the alias is in the namespace of an application service");
  const match = appservice && appservices.matchAlias(appservice, alias);
  if (appservice && match === undefined) throw matrixError("M_EXCLUSIVE", "the alias is not in a namespace of the application service");
  return match === "exclusive";
}
