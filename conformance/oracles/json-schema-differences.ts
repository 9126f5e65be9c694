/** Why a model and the specification's schema judge a payload differently on purpose. */
export interface Difference {
  /** Matches `api operation direction /pointer: what is there: accepted|refused`, by our model. */
  readonly finding: RegExp;
  readonly reason: string;
}

/** Every deliberate difference; one that does not occur fails the test. */
export const differences: readonly Difference[] = [
  {
    finding: /^server-server (sendInviteV[12]|make(Join|Knock|Leave)|send(JoinV2|Knock|LeaveV2)) .*: accepted$/,
    reason: "PDUs stay JSON until the room version is known; @patrix/events has their models",
  },
  {
    finding:
      /\/(user_id|sender|mxid|sub|room_id|event_id|m\.fully_read|m\.read(\.private)?|replacement_room|room_alias|alias): "(text)?": refused$/,
    reason: "identifiers by the prose: their sigils are checked as they are where the data give the format",
  },
  {
    finding: /\/(changed|left|auth_chain_ids|pdu_ids|inaccessible_children)(\/\[\]: "(text)?"|: \["text"\]): refused$/,
    reason: "lists of identifiers by the prose",
  },
  {
    finding: /\/(matrix_server_name|server_name|servers(_in_room)?)(\/\[\])?: "": refused$/,
    reason: "server names by the prose: they are not empty",
  },
  {
    finding: /: \{"key":"text"\}: refused$/,
    reason: "keys that are identifiers, or not: a pattern of the data says nothing about other keys",
  },
  {
    finding: /\/signatures\/[^/]+(\/[^/]+)?: .*: refused$/,
    reason: "client-server, key format: signatures by signer and key ID, which the data leave out",
  },
  { finding: /\/fallback_keys\/[^/]+\/fallback: .*: refused$/, reason: "client-server, key algorithms: `true`, or absent" },
  { finding: /^client-server login request \/identifier\/user: .*: refused$/, reason: "client-server, identifier types: a text" },
  {
    finding: /^client-server postReceipt response : \{"key":"text"\}: accepted$/,
    reason: "unknown members are kept everywhere, in an empty object too",
  },
  {
    finding:
      /^client-server (getDevices?|getJoinedMembersByRoom) response .*\/(display_name|avatar_url|last_seen_(ip|ts)): null: accepted$/,
    reason: "servers send null for what they do not know of a member or a device",
  },
  {
    finding: /^client-server getTurnServer response \/uris(\/\[\])?: .*: accepted$/,
    reason: "clients hand the URIs on to WebRTC, which knows their schemes",
  },
];
