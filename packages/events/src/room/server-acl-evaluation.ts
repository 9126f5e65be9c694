import { isJsonObject } from "@patrix/api";
import { compileGlob } from "@patrix/push-rules";

/**
 * Compiles the content of `m.room.server_acl` to a test of server names. Ports do not count, nor does case; values of a
 * wrong type count as absent. Without an event (`undefined`) every server is allowed.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroomserver_acl}
 */
export function compileServerAcl(content: object | undefined): (serverName: string) => boolean {
  if (content === undefined) return () => true;
  const acl = isJsonObject(content) ? content : {};
  const denied = compileGlobs(acl["deny"]);
  const allowed = compileGlobs(acl["allow"]);
  return (serverName) => {
    const host = withoutPort(serverName);
    if (acl["allow_ip_literals"] === false && isIpLiteral(host)) return false;
    return !denied.some((matches) => matches(host)) && allowed.some((matches) => matches(host));
  };
}

/** Tells whether a server may take part in a room; see {@link compileServerAcl} for many servers. */
export function isServerAllowed(content: object | undefined, serverName: string): boolean {
  return compileServerAcl(content)(serverName);
}

function compileGlobs(globs: unknown): ((value: string) => boolean)[] {
  return Array.isArray(globs) ? globs.filter((glob) => typeof glob === "string").map((glob) => compileGlob(glob)) : [];
}

function withoutPort(serverName: string): string {
  return serverName.replace(/:[0-9]{1,5}$/, (port, at: number) => (isInsideBrackets(serverName, at) ? port : ""));
}

/** A colon inside of brackets belongs to an IPv6 address. */
function isInsideBrackets(serverName: string, at: number): boolean {
  return serverName.startsWith("[") && !serverName.slice(0, at).includes("]");
}

function isIpLiteral(host: string): boolean {
  return host.startsWith("[") || /^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$/.test(host);
}
