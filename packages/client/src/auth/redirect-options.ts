import type { OAuthClientMetadata } from "@patrix/client-api";
import type { DeviceId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";

/** The page that a user is taken to, and how it is known that they have come back. */
export interface BegunLogin {
  /** Where the user is taken. */
  readonly url: string;
  /** Whether an address that a browser asks for is the answer to this login, and not to another one or somebody's try. */
  isAnswer(callbackUrl: string): boolean;
}

/**
 * Takes the user to a page and waits until they come back: begins the login with the address that they shall come back to, and gives the address
 * that they came back by. `loopback` of `@patrix/client/node` makes one for programs on a computer of the user's.
 */
export type Visit = (begin: (redirectUri: string) => Promise<BegunLogin>, options: Abortable) => Promise<string>;

/** How a login in a browser is asked for. */
export interface RedirectOptions extends Abortable {
  /** Whether the user wants to log in or to make an account; servers may show another page. Default: `login`. */
  action?: "login" | "register" | undefined;
  /** An own device to log in as again. Default: the one that was logged out softly, or else a new one. */
  deviceId?: DeviceId | undefined;
}

/** What a client says of itself; texts and pages in other languages too, as `client_name#fr`. */
export type ClientMetadata = Partial<OAuthClientMetadata> & {
  readonly [name: `${"client_name" | "logo_uri" | "tos_uri" | "policy_uri"}#${string}`]: string | undefined;
};

/** How a login by OAuth 2.0 is asked for. */
export interface OAuthLoginOptions extends RedirectOptions {
  /**
   * What the client says of itself. `client_uri` is required, but for pages over HTTPS, which are at home where they are; all else is made up
   * from where the user comes back to.
   */
  clientMetadata?: ClientMetadata | undefined;
  /** What the client is called at the authorization server, if it was registered there by other means. Default: it registers itself. */
  clientId?: string | undefined;
}

/** How a login by single sign-on is asked for. */
export interface SsoLoginOptions extends RedirectOptions {
  /** The ID of one of the identity providers of the server. Default: the server lets the user choose. */
  idp?: string | undefined;
  /** What a new device is called. */
  deviceName?: string | undefined;
}

/** Where the user comes back to: an `https` URL, an `http` one of this machine, or one of a scheme like `org.example.app`. Without a fragment. */
export interface RedirectTarget {
  redirectUri: string;
}

/** A page of the account management, by what the user wants to do there. */
export interface AccountPageOptions extends Abortable {
  /** What the user wants to do. Default: whatever the page begins with. */
  action?:
    | "org.matrix.profile"
    | "org.matrix.devices_list"
    | "org.matrix.device_view"
    | "org.matrix.device_delete"
    | "org.matrix.account_deactivate"
    | "org.matrix.cross_signing_reset"
    | undefined;
  /** The device that it is about. */
  deviceId?: DeviceId | undefined;
}
