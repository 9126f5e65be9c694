import { stringify } from "yaml";
import type { FullRegistration } from "./create-registration.ts";

/**
 * Writes a registration as the YAML that the administrator of the homeserver installs, with a comment that says how. It holds both tokens:
 * whoever reads it can act as every user of the service.
 */
export function formatRegistration(registration: FullRegistration): string {
  const { id, url, as_token, hs_token, sender_localpart, namespaces, ...others } = registration;
  // In the order in which the specification explains them.
  const ordered = { id, url, as_token, hs_token, sender_localpart, namespaces, ...others };
  return `# The registration of the application service ${JSON.stringify(id)}, for the homeserver and the service only: the tokens are secrets.
# Name this file under app_service_files in the configuration of the homeserver, and start the homeserver again.
${stringify(ordered, { lineWidth: 0 })}`;
}
