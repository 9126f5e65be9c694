import { isJsonObject, type Issue } from "@patrix/api";
import { parseUserId } from "@patrix/identifiers";
import { NamespaceError } from "../errors.ts";
import { RegistrationExtensions } from "../unstable/registration-extensions.ts";
import { matchNamespace } from "./match-namespace.ts";
import { Registration } from "./registration.ts";

/** Longest `id` of a registration, in characters. */
export const MAX_REGISTRATION_ID_LENGTH = 255;

/** The outcome of {@link checkRegistration}; each problem names the field and the rule, and never a token. */
export type RegistrationCheck =
  | { readonly ok: true; readonly registration: Registration & RegistrationExtensions }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * Checks a registration by the rules that its types do not say too: what a homeserver would refuse. A `url` that is absent or empty, as
 * services have it that only act as users, counts as `null`.
 *
 * @param value - What a parser of YAML or JSON makes of the file.
 * @param serverName - Of the homeserver, whose length the longest user ID depends on; the shortest name if it is not known.
 */
export function checkRegistration(value: unknown, serverName = "x"): RegistrationCheck {
  if (!isJsonObject(value)) return { ok: false, problems: ["a registration file must hold an object"] };
  const given = value["url"] === undefined || value["url"] === "" ? { ...value, url: null } : value;
  const registration = Registration.safeParse(given);
  const extensions = RegistrationExtensions.safeParse(given);
  if (!registration.ok || !extensions.ok)
    return { ok: false, problems: [registration, extensions].flatMap((result) => (result.ok ? [] : result.issues.map(explain))) };
  const problems = rules(registration.value, serverName);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, registration: { ...registration.value, ...extensions.value } };
}

function explain({ pointer, message }: Issue): string {
  return `${pointer.slice(1).replaceAll("/", ".") || "the file"}: ${message}`;
}

function rules(
  { id, url, as_token: asToken, hs_token: hsToken, sender_localpart: sender, namespaces }: Registration,
  serverName: string,
): string[] {
  const problems: string[] = [];
  if (id === "" || id.length > MAX_REGISTRATION_ID_LENGTH)
    problems.push(`id: expected between 1 and ${MAX_REGISTRATION_ID_LENGTH} characters`);
  if (asToken === "") problems.push("as_token: it must not be empty");
  if (hsToken === "") problems.push("hs_token: it must not be empty");
  if (asToken !== "" && asToken === hsToken) problems.push("hs_token: it must be another than as_token");
  const address = url === null ? undefined : parseUrl(url);
  if (address === null || (address && !/^https?:$/.test(address.protocol))) problems.push("url: expected an http or https URL, or null");
  else if (address && (address.username !== "" || address.password !== "" || address.search !== "" || address.hash !== ""))
    problems.push("url: expected no credentials, no query and no fragment");
  if (!isLocalpart(sender, serverName))
    problems.push("sender_localpart: expected the part of a user ID between @ and :, of a-z, 0-9, ., _, =, -, / and +");
  return [...problems, ...patternProblems(namespaces)];
}

function patternProblems(namespaces: Registration["namespaces"]): string[] {
  const problems: string[] = [];
  for (const kind of ["users", "aliases", "rooms"] as const)
    for (const [i, namespace] of (namespaces[kind] ?? []).entries()) {
      try {
        matchNamespace([namespace], "");
      } catch (error) {
        if (!(error instanceof NamespaceError)) throw error;
        problems.push(`namespaces.${kind}.${i}.regex: ${error.message}`);
      }
    }
  return problems;
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function isLocalpart(localpart: string, serverName: string): boolean {
  try {
    return /^[a-z0-9._=\-/+]+$/.test(localpart) && parseUserId(`@${localpart}:${serverName}`).localpart === localpart;
  } catch {
    return false;
  }
}
