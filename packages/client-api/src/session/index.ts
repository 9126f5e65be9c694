/**
 * The part `session` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type GenerateLoginTokenRequest,
  GenerateLoginTokenResponse,
  GetLoginFlowsResponse,
  type IdentityProvider,
  LoginBody,
  type LoginFlow,
  type LoginRequest,
  LoginResponse,
  LoginType,
  RedirectToIdPPath,
  type RedirectToIdPRequest,
  type RedirectToSSORequest,
  RefreshTokenBody,
  type RefreshTokenRequest,
  RefreshTokenResponse,
  SsoAction,
  SsoRedirectQuery,
  type UserIdentifier,
  generateLoginToken,
  getLoginFlows,
  login,
  logout,
  logoutAll,
  redirectToIdP,
  redirectToSSO,
  refreshToken,
} from "../index.ts";
