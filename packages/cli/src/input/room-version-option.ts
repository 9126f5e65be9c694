import { defaultRoomVersion, getRoomVersionRules, type RoomVersionRules, roomVersions } from "@patrix/room-versions";
import type { CommandOption } from "../command-line/command.ts";
import type { OptionValues } from "../command-line/option-values.ts";
import { CliError } from "../errors.ts";

/** The option that every command on PDUs has. */
export const roomVersionOption: CommandOption = { type: "string", short: "r", value: "VERSION", summary: "Room version, 1 to 12" };

/** Reads `--room-version`. @throws {@link CliError} `USAGE` if it is missing or unknown. */
export function requiredRules(options: OptionValues): RoomVersionRules {
  const why = `hashes and formats depend on it, as in --room-version ${defaultRoomVersion}`;
  return rulesOf(options.requiredText("room-version", why));
}

/** Reads `--room-version` if it was given. @throws {@link CliError} `USAGE` if it is unknown. */
export function optionalRules(options: OptionValues): RoomVersionRules | undefined {
  const id = options.text("room-version");
  return id === undefined ? undefined : rulesOf(id);
}

function rulesOf(id: string): RoomVersionRules {
  const rules = getRoomVersionRules(id);
  if (rules !== undefined) return rules;
  throw new CliError("USAGE", `room version ${JSON.stringify(id)} is not known; there are ${[...roomVersions.keys()].join(", ")}`);
}
