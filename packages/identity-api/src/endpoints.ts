/**
 * The identity service API as one table of endpoints, for routers and tools.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
import type { AnyEndpoint } from "@patrix/api";
import { bind3pid } from "./association/bind-3pid.ts";
import { requestEmailToken } from "./association/email/request-email-token.ts";
import { submitEmailTokenByEndUser } from "./association/email/submit-email-token-by-end-user.ts";
import { submitEmailToken } from "./association/email/submit-email-token.ts";
import { getValidated3pid } from "./association/get-validated-3pid.ts";
import { requestMsisdnToken } from "./association/msisdn/request-msisdn-token.ts";
import { submitMsisdnTokenByEndUser } from "./association/msisdn/submit-msisdn-token-by-end-user.ts";
import { submitMsisdnToken } from "./association/msisdn/submit-msisdn-token.ts";
import { unbind3pid } from "./association/unbind-3pid.ts";
import { getAccount } from "./authentication/get-account.ts";
import { logout } from "./authentication/logout.ts";
import { registerAccount } from "./authentication/register-account.ts";
import { getVersions } from "./discovery/get-versions.ts";
import { ping } from "./discovery/ping.ts";
import { signInvitationEd25519 } from "./invitation/sign-invitation-ed25519.ts";
import { storeInvite } from "./invitation/store-invite.ts";
import { getPublicKey } from "./keys/get-public-key.ts";
import { isEphemeralPublicKeyValid } from "./keys/is-ephemeral-public-key-valid.ts";
import { isPublicKeyValid } from "./keys/is-public-key-valid.ts";
import { getHashDetails } from "./lookup/get-hash-details.ts";
import { lookupUsers } from "./lookup/lookup-users.ts";
import { agreeToTerms } from "./tos/agree-to-terms.ts";
import { getTerms } from "./tos/get-terms.ts";

/** Every endpoint of the API, for routers and tools; importing it keeps all of them in a bundle. */
export const endpoints: readonly AnyEndpoint[] = [
  bind3pid,
  requestEmailToken,
  submitEmailTokenByEndUser,
  submitEmailToken,
  getValidated3pid,
  requestMsisdnToken,
  submitMsisdnTokenByEndUser,
  submitMsisdnToken,
  unbind3pid,
  getAccount,
  logout,
  registerAccount,
  getVersions,
  ping,
  signInvitationEd25519,
  storeInvite,
  getPublicKey,
  isEphemeralPublicKeyValid,
  isPublicKeyValid,
  getHashDetails,
  lookupUsers,
  agreeToTerms,
  getTerms,
];
