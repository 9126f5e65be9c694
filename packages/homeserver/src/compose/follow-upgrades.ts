import { inheritRoomData } from "../accounts/inherit-room-data.ts";
import { LimitError } from "../errors.ts";
import type { Logger } from "../http/logger.ts";
import { inheritRoomRules } from "../push/inherit-room-rules.ts";
import type { HomeserverParts } from "./open-parts.ts";

/** Carries the settings of members over who follow their room to the one that replaces it. */
export function followUpgrades({ core, rooms, accounts, pushRules }: HomeserverParts, logger: Logger): void {
  rooms.successions.onSuccession(async ({ userNid, from, to }) => {
    try {
      await inheritRoomData(accounts.accountData, userNid, { from, to });
      const userId = await core.users.text(userNid);
      const rules = await pushRules.read(userNid, userId);
      if (inheritRoomRules(rules, from.id, to.id) !== rules)
        await pushRules.change(userNid, userId, (ruleset) => inheritRoomRules(ruleset, from.id, to.id));
    } catch (error) {
      // Whoever has too much account data keeps what there is.
      if (!(error instanceof LimitError)) logger.error("settings could not be carried over to a new room", { error, room: to.id });
    }
  });
}
