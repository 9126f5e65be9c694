import { checkRegistration } from "@patrix/appservice-api";
import { parse, YAMLParseError } from "yaml";
import { AppserviceError } from "../errors.ts";
import type { FullRegistration } from "./create-registration.ts";

/** How often an anchor of the file may be used: a short file can grow by them without end. */
const MAX_ALIASES = 100;

/**
 * Reads the text of a registration file, YAML or JSON. Members that nobody knows stay.
 *
 * @throws {AppserviceError} `NOT_PARSEABLE`, or `INVALID_REGISTRATION`, naming the field and the rule, and never a token.
 */
export function parseRegistration(text: string): FullRegistration {
  const checked = checkRegistration(parseYaml(text));
  if (!checked.ok) throw new AppserviceError("INVALID_REGISTRATION", checked.problems.join("; "));
  return checked.registration;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: MAX_ALIASES, logLevel: "error" });
  } catch (error) {
    const place = error instanceof YAMLParseError ? error.linePos?.[0] : undefined;
    // The message and the cause quote the line, in which a token may stand.
    throw new AppserviceError("NOT_PARSEABLE", `the registration is neither YAML nor JSON${place ? `: see line ${place.line}` : ""}`);
  }
}
