/** A deliberate difference between a declaration and the specification's data. */
export interface Difference {
  /** Matches the text of what the comparison finds. */
  readonly finding: RegExp;
  readonly reason: string;
}

/** Every deliberate difference. One that no longer occurs fails the test, as one without an entry does. */
export const differences: readonly Difference[] = [
  // Event envelopes are shared by all endpoints; the prose has more than the data of the endpoints.
  { finding: /\/redacts: not in the specification$/, reason: "rooms/v1 to v10: the redacted event of an `m.room.redaction`" },
  { finding: /\/unsigned\/m\.relations: not in the specification$/, reason: "client-server, aggregations: bundled relations" },
  {
    finding: /\/unsigned\/(invite|knock)_room_state: not in the specification$/,
    reason: "stripped state of the user's own invites and knocks",
  },
  { finding: /\/unsigned\/membership: values [a-z|]+, specified \(any\)$/, reason: "known values are listed; the enumeration is open" },
  // User-Interactive Authentication has one body.
  {
    finding: /\/401\/params: free, specified record$/,
    reason: "the parameters of a stage are an object or absent; they are not looked at",
  },
  {
    finding: /\/401\/(errcode|error): not in the specification$/,
    reason: "client-server, user-interactive API: a failed stage is told in the same body",
  },
  {
    finding: /^client-server uploadCrossSigningKeys: authentication stages true/,
    reason: "the prose of the endpoint asks for User-Interactive Authentication, as its `auth` member shows",
  },
  {
    finding:
      /^client-server (getJoinedMembersByRoom\/200\/joined\/\*|getDevices?\/200(\/devices\/\[\])?)\/\w+: union, specified (string|integer)$/,
    reason: "servers send null for what they do not know of a member or a device, and deployed clients (matrix-nio) require the member",
  },
  // Open enumerations that the prose lists.
  { finding: /\/join_rule: values [a-z_|]+, specified \(any\)$/, reason: "m.room.join_rules lists the values" },
  { finding: /^client-server (getLoginFlows\/200\/flows\/\[\]|login\/body)\/type: values/, reason: "client-server, login lists the types" },
  {
    finding: /^client-server getLoginFlows\/200\/flows\/\[\]\/(identity_providers|oauth_aware_preferred): not in/,
    reason: "client-server, m.login.sso: the members of its flow, which the data have apart",
  },
  { finding: /^client-server login\/body\/identifier\/type: values/, reason: "client-server, identifier types lists them" },
  { finding: /^client-server getNotifications\/query\/only: values highlight/, reason: "the prose of the endpoint names the value" },
  {
    finding: /^client-server login\/body\/identifier\/(user|medium|address|country|phone): not in/,
    reason: "client-server, identifier types: the members of the three types",
  },
  // Typed more deeply than the data, which leave out what the modules of the specification define.
  { finding: /\/signatures: record, specified free$/, reason: "client-server, key format: signatures by signer and key ID" },
  { finding: /\/signatures\/\*: record, specified free$/, reason: "client-server, key format: signatures by key ID" },
  {
    finding: /(uploadKeys\/body|claimKeys\/200|claimUserEncryptionKeys\/200)\/.*\/fallback: not in/,
    reason: "client-server, key algorithms: marks fallback keys",
  },
  {
    finding: /^client-server sync\/200\/(to_device|device_lists): object, specified free$/,
    reason: "client-server, extensions to sync define them",
  },
  {
    finding: /^client-server sync\/200\/device_unused_fallback_key_types: not in/,
    reason: "client-server, extensions to sync: one-time and fallback keys",
  },
  {
    finding: /^client-server (getEventContext|getRoomEvents)\/query\/filter: object, specified string$/,
    reason: "the string is a RoomEventFilter as JSON; the codec reads and writes it",
  },
  { finding: /^client-server sync\/query\/filter: union, specified string$/, reason: "the string is a filter ID or a filter as JSON" },
  {
    finding: /^server-server askPolicyServerToSign\/200: record, specified free$/,
    reason: "policy servers: signatures by server and key ID",
  },
  // One type for what is nearly the same twice.
  {
    finding: /^application-service getProtocolMetadata\/200\/instances\/\[\]\/instance_id: not in/,
    reason: "ThirdPartyProtocol is one type; homeservers add `instance_id`",
  },
  // Where the data cannot say it.
  {
    finding: /query(Location|User)ByProtocol\/query: record, specified object$/,
    reason: "`fields` stands for any number of parameters of any name",
  },
  {
    finding: /^client-server getRoomStateWithKey\/200: free, specified union$/,
    reason: "either form is a JSON object; `format` tells which",
  },
  {
    finding: /^server-server queryProfile\/200\/(displayname|avatar_url|m\.tz): union, specified string$/,
    reason: "the description has servers answer null for what a profile lacks",
  },
  { finding: /^server-server queryInfo\/200: free, specified any$/, reason: "the answer is JSON; its members depend on the query type" },
  {
    finding: /^server-server (sendInvite|make(Join|Knock|Leave)|send(Join|Knock|Leave))\S*(\/event|\/body): free, specified object$/,
    reason: "PDUs stay JSON until the room version is known; the data also require `origin`, which current servers leave out",
  },
];
