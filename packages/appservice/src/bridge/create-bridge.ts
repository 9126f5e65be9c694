import type { Appservice } from "../appservice.ts";
import { type MessageOptions, Messages } from "./messages.ts";
import { type PortalOptions, Portals } from "./portals.ts";
import { type PuppetOptions, Puppets } from "./puppets.ts";

/** Options of {@link createBridge}. */
export interface BridgeOptions {
  readonly portals: PortalOptions;
  readonly puppets: PuppetOptions;
  readonly messages?: MessageOptions | undefined;
}

/** What a bridge remembers: which room is which place, which user is who, and which event is which message. */
export interface Bridge {
  readonly portals: Portals;
  readonly puppets: Puppets;
  readonly messages: Messages;
}

/**
 * Adds to an application service what a bridge remembers, in the store of the service. Call it before the service starts.
 *
 * @example
 * const bridge = createBridge(service, {
 *   portals: { room: (channel) => ({ name: channel, preset: "public_chat" }) },
 *   puppets: { ghostLocalpart: (nick) => `_irc_${toUserLocalpart(nick)}` },
 * });
 */
export function createBridge(service: Appservice, options: BridgeOptions): Bridge {
  return {
    portals: new Portals(service, options.portals),
    puppets: new Puppets(service, options.puppets),
    messages: new Messages(service.store, options.messages),
  };
}
