import type { Core } from "../log/core.ts";
import type { AccountData } from "./account-data.ts";
import { AccessTokens } from "./access-tokens.ts";
import type { ContactSettingsReader } from "./contact-settings.ts";
import { Accounts } from "./accounts.ts";
import { removeDeviceSettings } from "./device-settings.ts";
import { LoginTokens } from "./login-tokens.ts";
import type { LocalUser } from "./local-user.ts";
import { Filters } from "./filters.ts";
import type { Findability } from "./findability.ts";
import { PasswordGuesses } from "./password-guesses.ts";
import { type PasswordOptions, Passwords } from "./passwords.ts";
import { Profiles } from "./profiles.ts";
import { type DeviceListChanged, Sessions } from "./sessions.ts";

/** Everything about accounts, built over one core. */
export interface AccountParts {
  readonly accounts: Accounts;
  readonly sessions: Sessions;
  readonly tokens: AccessTokens;
  readonly profiles: Profiles;
  readonly accountData: AccountData;
  readonly contacts: ContactSettingsReader;
  readonly filters: Filters;
  readonly loginTokens: LoginTokens;
}

/** What accounts need of other parts. */
export interface AccountHooks {
  /** Shows a changed display name or avatar in the user's rooms. */
  readonly profileChanged: (userId: string) => Promise<void>;
  /** Stores what every new account has from the start. */
  readonly initialData: (user: LocalUser) => Promise<void>;
  /** Hears of a new account. */
  readonly created: (user: LocalUser) => Promise<void>;
  readonly deviceListChanged: DeviceListChanged;
  readonly passwords: PasswordOptions;
  /** Withholds from later readers what a user has sent who has erased the account. */
  readonly erased: (userNid: number) => void;
  /** Whether wrong passwords are counted. */
  readonly limitsGuesses: boolean;
  readonly accountData: AccountData;
  readonly contacts: ContactSettingsReader;
  readonly findability: Findability;
  /** Whether nobody but an application service may make a user. */
  readonly isReserved: (userId: string) => boolean;
}

/** Opens the accounts of a core. */
export async function openAccounts(core: Core, hooks: AccountHooks): Promise<AccountParts> {
  const tokens = new AccessTokens(core);
  const sessions = await Sessions.open(core, tokens, hooks.deviceListChanged);
  sessions.onRemoval((userNid, deviceIds) => removeDeviceSettings(hooks.accountData, userNid, deviceIds));
  return {
    accounts: new Accounts(core, {
      sessions,
      passwords: new Passwords({ ...hooks.passwords, hold: core.clock.hold }),
      guesses: hooks.limitsGuesses ? new PasswordGuesses(core.clock) : undefined,
      initialData: hooks.initialData,
      created: hooks.created,
      erased: hooks.erased,
      findability: hooks.findability,
      isReserved: hooks.isReserved,
    }),
    sessions,
    tokens,
    profiles: new Profiles(core, hooks.findability, hooks.profileChanged),
    accountData: hooks.accountData,
    contacts: hooks.contacts,
    filters: new Filters(core),
    loginTokens: new LoginTokens(core.clock),
  };
}
