import type { Client } from "@patrix/client";
import { homeAddress } from "./session.ts";

/** A page of the server on which people sign in. */
export interface SignInPage {
  readonly title: string;
  /** Gives the address to go to. */
  begin(action: "login" | "register"): Promise<string>;
}

/** How people can sign in at the server. */
export interface SignInWays {
  readonly pages: readonly SignInPage[];
  readonly hasPassword: boolean;
}

/** Asks the server how people can sign in. Where there is no answer, passwords are tried. */
export async function signInWays(client: Client): Promise<SignInWays> {
  try {
    const flows = await client.login.flows();
    const hasPassword = flows.includes("m.login.password");
    if (flows.includes("oauth")) return { pages: [oauthPage(client)], hasPassword };
    return { pages: flows.includes("m.login.sso") ? await ssoPages(client) : [], hasPassword };
  } catch {
    return { pages: [], hasPassword: true };
  }
}

function oauthPage(client: Client): SignInPage {
  // A page over HTTPS is at home where it is; one on this computer has no address that others could open.
  const home = location.protocol === "https:" ? {} : { client_uri: "https://localhost/" };
  const clientMetadata = { client_name: "Patrix web client", ...home };
  return {
    title: `Continue with ${location.host}`,
    begin: (action) => client.login.beginOAuth({ redirectUri: homeAddress(), action, clientMetadata }),
  };
}

async function ssoPages(client: Client): Promise<readonly SignInPage[]> {
  const page = (title: string, idp?: string): SignInPage => ({
    title,
    begin: (action) => client.login.beginSso({ redirectUri: homeAddress(), action, idp, deviceName: "Web client" }),
  });
  const providers = await client.login.identityProviders();
  return providers.length === 0
    ? [page(`Continue with ${location.host}`)]
    : providers.map(({ id, name }) => page(`Continue with ${name}`, id));
}
