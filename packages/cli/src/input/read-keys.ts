import { isJsonObject, type JsonObject } from "@patrix/api";
import { CliError } from "../errors.ts";

/** Public keys by server and key ID, in unpadded base64. */
export type PublicKeys = Record<string, Record<string, string>>;

/**
 * Reads `SERVER=ed25519:ID=BASE64` texts.
 *
 * @throws {@link CliError} `USAGE` for one of another form.
 */
export function keysFromTexts(texts: readonly string[]): PublicKeys {
  const keys: PublicKeys = {};
  for (const text of texts) {
    const [, server = "", keyId = "", key = ""] = /^([^=]+)=(ed25519:[^=]+)=([\w+/-]{43}=?)$/.exec(text) ?? [];
    if (server === "") throw new CliError("USAGE", `--key ${text} is not of the form SERVER=ed25519:ID=BASE64`);
    (keys[server] ??= {})[keyId] = key;
  }
  return keys;
}

/**
 * Reads keys from JSON: `{server: {keyId: base64}}`, or a key server's answer as `/_matrix/key/v2/server` gives it.
 *
 * @throws {@link CliError} `INVALID_INPUT` for another shape.
 */
export function keysFromJson(value: unknown): PublicKeys {
  if (isJsonObject(value) && typeof value["server_name"] === "string") {
    const current = isJsonObject(value["verify_keys"]) ? value["verify_keys"] : {};
    const old = isJsonObject(value["old_verify_keys"]) ? value["old_verify_keys"] : {};
    const entries = Object.entries({ ...old, ...current }).map(([id, entry]): [string, unknown] => [
      id,
      isJsonObject(entry) ? entry["key"] : entry,
    ]);
    return { [value["server_name"]]: textsOf(Object.fromEntries(entries)) };
  }
  if (!isJsonObject(value)) throw new CliError("INVALID_INPUT", "the keys are not of the form {server: {keyId: base64}}");
  return Object.fromEntries(Object.entries(value).map(([server, keys]) => [server, textsOf(isJsonObject(keys) ? keys : {})]));
}

function textsOf(keys: JsonObject): Record<string, string> {
  return Object.fromEntries(Object.entries(keys).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
}
