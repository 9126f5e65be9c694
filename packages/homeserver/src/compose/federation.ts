import { readProfile } from "../accounts/profiles.ts";
import { userOfOpenIdToken } from "../accounts/openid-tokens.ts";
import { inBackground } from "../background.ts";
import type { Config } from "../config/config.ts";
import type { MediaParts } from "../media/open-media.ts";
import type { E2ee } from "../e2ee/open-e2ee.ts";
import type { FederationParts } from "../federation/open-federation.ts";
import { OwnKeys } from "../federation/keys/own-keys.ts";
import { openNetwork } from "../federation/network.ts";
import { openFederation as openOver } from "../federation/open-federation.ts";
import { boundedByServer } from "../http/server-server/bounded-requests.ts";
import { serverDiscoveryHandlers } from "../http/server-server/discovery.ts";
import { eventHandlers } from "../http/server-server/events.ts";
import { serverMediaHandlers } from "../http/server-server/media.ts";
import { serverKeyHandlers } from "../http/server-server/keys.ts";
import { membershipHandlers } from "../http/server-server/membership.ts";
import { queryHandlers } from "../http/server-server/queries.ts";
import { bySignedRequest } from "../http/server-server/requesting-server.ts";
import { spaceHandlers } from "../http/server-server/space.ts";
import { thirdPartyInviteHandlers } from "../http/server-server/third-party-invites.ts";
import { transactionHandlers } from "../http/server-server/transactions.ts";
import type { FederationEndpoints } from "../http/transport/http-server.ts";
import type { Core } from "../log/core.ts";
import type { RoomParts } from "../rooms/open-rooms.ts";
import { VERSION } from "../version.ts";
import type { DirectoryParts } from "../directory/open-directory.ts";
import type { AccountParts } from "../accounts/open-accounts.ts";
import type { PartsOptions } from "./parts-options.ts";
import { signingKeyPath } from "./signing-key-path.ts";

/** Opens the federation; `undefined` where it is off. */
export async function openFederation(
  core: Core,
  rooms: RoomParts,
  e2ee: E2ee,
  config: Config,
  { logger, network: ports }: Pick<PartsOptions, "logger" | "network">,
): Promise<FederationParts | undefined> {
  const { federation } = config;
  if (!federation.enabled) return undefined;
  const keys = OwnKeys.open({
    serverName: core.serverName,
    clock: core.clock,
    path: signingKeyPath(config),
    retired: config.old_signing_keys.map(({ key_id: keyId, public_key: publicKey, expired_ts: expiredTs }) => ({
      keyId,
      publicKey,
      expiredTs,
    })),
  });
  const network = openNetwork(core, keys, {
    trustedCaPath: federation.trusted_ca_path,
    allowPrivateTargets: federation.allow_private_targets,
    trustedKeyServers: federation.trusted_key_servers,
    userAgent: `Patrix/${VERSION}`,
    ports,
  });
  return openOver(rooms, {
    keys,
    network,
    allow: federation.allow,
    deny: federation.deny,
    joinsWithoutMembers: federation.joins_without_members,
    announceDevices: (room, servers) => e2ee.deviceLists.announceTo(room, servers),
    edus: {
      "m.direct_to_device": (origin, content) => e2ee.toDevice.receive(origin, content),
      "m.device_list_update": (origin, content) => e2ee.remoteDeviceLists.takeUpdate(origin, content),
      "m.signing_key_update": (origin, content) => e2ee.remoteDeviceLists.takeSigningKeys(origin, content),
    },
    complete: (edu) => e2ee.deviceListEdus.complete(edu),
    failed: (what, error, detail) => logger.warn(what, { error, ...detail }),
  });
}

/** The parts of a homeserver that other servers reach. */
export interface FederatedParts extends DirectoryParts {
  readonly core: Core;
  readonly rooms: RoomParts;
  readonly accounts: AccountParts;
  readonly e2ee: E2ee;
  readonly media: MediaParts;
  readonly federation: FederationParts | undefined;
}

/** What other servers call; `undefined` where the federation is off. */
export function federationEndpoints(parts: FederatedParts, config: Config): FederationEndpoints | undefined {
  const { federation, core, accounts, published } = parts;
  if (!federation) return undefined;
  const { keys, keyRing, answers, signed, transactions, roomServers, sender, mayAsk } = federation;
  const { serverName, clock } = core;
  const hasAccount = async (userId: string): Promise<boolean> => (await accounts.accounts.find(userId)) !== undefined;
  const heardFrom = (server: string): void => {
    const noted = federation.retry(server).then(() => parts.e2ee.staleDeviceLists.heardFrom(server));
    void inBackground(noted, (error) => federation.unexpected("that a server was heard from could not be noted", error));
  };
  return {
    authenticate: bySignedRequest({ serverName, keyRing, clock, mayAsk, heardFrom }),
    registrations: boundedByServer([
      ...serverDiscoveryHandlers({ keys, keyRing, version: VERSION, wellKnownServer: config.well_known.server }),
      ...transactionHandlers(transactions),
      ...eventHandlers({ answers, signed, serverName, clock }),
      ...membershipHandlers({
        ...parts.rooms,
        ...federation,
        forward: (eventId) => sender.forward(eventId),
        hasAccount,
      }),
      ...thirdPartyInviteHandlers({ ...parts.rooms, ...federation, hasAccount }),
      ...serverMediaHandlers({ ...parts.media, serverName }),
      ...serverKeyHandlers({ core, e2ee: parts.e2ee }),
      ...spaceHandlers({ rooms: parts.rooms.rooms, roomServers, descriptions: parts.descriptions }),
      ...queryHandlers({
        rooms: parts.rooms.rooms,
        roomServers,
        published,
        hasOpenDirectory: config.public_rooms.over_federation,
        readProfile: (userId) => readProfile(core, userId),
        userOfOpenIdToken: (token) => userOfOpenIdToken(core, token),
      }),
    ]),
  };
}
