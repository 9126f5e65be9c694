/**
 * The part `discovery` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type AccountModerationCapability,
  type Capabilities,
  DiscoveryInformation,
  GetAuthMetadataResponse,
  GetCapabilitiesResponse,
  GetVersionsResponse,
  GetWellknownPolicyResponse,
  GetWellknownSupportResponse,
  type PolicyServerKeys,
  type ProfileFieldsCapability,
  type RoomVersionsCapability,
  ServerBaseUrl,
  type SupportContact,
  getAuthMetadata,
  getCapabilities,
  getVersions,
  getWellknown,
  getWellknownPolicy,
  getWellknownSupport,
} from "../index.ts";
