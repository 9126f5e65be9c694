/**
 * Every limit on what users store and on what one answer reads, so that no request can make the server load more than it
 * can hold: what is counted, as it ends the sentence "expected at most 100 …", the number, and the error of a request that
 * would exceed it; no error where the server takes less instead of refusing. How often something may be done is `rate_limits` of
 * the configuration.
 */
export const limits = {
  deviceIdLength: { what: "characters in a device ID", value: 255, errcode: "M_INVALID_PARAM" },
  deviceDisplayNameLength: { what: "characters in the name of a device", value: 255, errcode: "M_INVALID_PARAM" },
  /** What a session of User-Interactive Authentication keeps until it is over. */
  uiaBodyBytes: { what: "bytes beside auth", value: 16_384, errcode: "M_TOO_LARGE" },
  wrongPasswords: { what: "wrong passwords for one account within an hour", value: 50, errcode: "M_LIMIT_EXCEEDED" },
  passwordLength: { what: "characters in a password", value: 512, errcode: "M_INVALID_PARAM" },
  profileFieldNameBytes: { what: "bytes in the name of a profile field", value: 255, errcode: "M_KEY_TOO_LARGE" },
  profileBytes: { what: "bytes in a profile", value: 65_536, errcode: "M_PROFILE_TOO_LARGE" },
  receiptThreadBytes: { what: "bytes in a receipt's thread ID", value: 255, errcode: "M_INVALID_PARAM" },
  /** The oldest goes; receipts of the main timeline and of the whole room always stay. */
  receiptThreads: { what: "threads with a receipt of one type, by user and room", value: 100 },
  /** The newest are sent; a user's own always are. */
  receiptsInAnswer: { what: "receipts of other users in one answer, by room", value: 1_000 },
  accountDataTypeLength: { what: "characters in a type of account data", value: 255, errcode: "M_INVALID_PARAM" },
  accountDataBytes: { what: "bytes in one piece of account data", value: 262_144, errcode: "M_TOO_LARGE" },
  accountDataItems: { what: "pieces of account data of a user", value: 20_000, errcode: "M_TOO_LARGE" },
  accountDataTotalBytes: { what: "bytes in all account data of a user", value: 4_194_304, errcode: "M_TOO_LARGE" },
  accountDataRoomItems: { what: "pieces of account data of a user for one room", value: 200, errcode: "M_TOO_LARGE" },
  accountDataRoomBytes: { what: "bytes in all account data of a user for one room", value: 524_288, errcode: "M_TOO_LARGE" },
  pushRulesBytes: { what: "bytes in the push rules of a user", value: 262_144, errcode: "M_TOO_LARGE" },
  /** The first count. */
  invitePatterns: { what: "patterns in a list of a user's filter of invites", value: 500 },
  deviceKeysBytes: { what: "bytes in the keys of a device", value: 65_536, errcode: "M_TOO_LARGE" },
  dehydratedDeviceBytes: { what: "bytes in a dehydrated device", value: 65_536, errcode: "M_TOO_LARGE" },
  oneTimeKeys: { what: "one-time keys of a device", value: 1_000, errcode: "M_TOO_LARGE" },
  fallbackKeys: { what: "fallback keys of a device", value: 16, errcode: "M_TOO_LARGE" },
  oneTimeKeyBytes: { what: "bytes in a key", value: 4_096, errcode: "M_TOO_LARGE" },
  crossSigningKeyBytes: { what: "bytes in a cross-signing key", value: 65_536, errcode: "M_TOO_LARGE" },
  keySignatures: { what: "signatures of a user on one key", value: 1_000, errcode: "M_TOO_LARGE" },
  signedKeys: { what: "signed keys in one request", value: 1_000, errcode: "M_TOO_LARGE" },
  toDeviceNameLength: { what: "characters in a type or a transaction ID", value: 255, errcode: "M_INVALID_PARAM" },
  /** A `*` counts as one. */
  toDeviceTargets: { what: "devices in one request", value: 2_500, errcode: "M_TOO_LARGE" },
  toDeviceContentBytes: { what: "bytes in a message to a device", value: 65_536, errcode: "M_TOO_LARGE" },
  /** More than any event can be, however its text is escaped; only then is it known how large the event is. */
  eventBodyBytes: { what: "bytes in the body of a request that sends an event", value: 524_288, errcode: "M_TOO_LARGE" },
  backupBodyBytes: { what: "bytes in an upload of backed-up keys", value: 4_194_304, errcode: "M_TOO_LARGE" },
  backupAlgorithmLength: { what: "characters in the name of an algorithm", value: 255, errcode: "M_INVALID_PARAM" },
  backupAuthDataBytes: { what: "bytes in the authentication data of a key backup", value: 65_536, errcode: "M_TOO_LARGE" },
  backupVersions: { what: "key backups of a user", value: 50, errcode: "M_TOO_LARGE" },
  backupSessionIdLength: { what: "characters in a session ID", value: 255, errcode: "M_TOO_LARGE" },
  backupKeyBytes: { what: "bytes in a backed-up key", value: 65_536, errcode: "M_TOO_LARGE" },
  backupKeys: { what: "keys in a key backup", value: 500_000, errcode: "M_TOO_LARGE" },
  /** An answer with more is read and sent in pages. */
  backupKeysInPage: { what: "backed-up keys in memory at once", value: 100 },
  /** What every new member downloads; memberships come on top. */
  stateEntries: { what: "entries of state in a room beside memberships", value: 20_000, errcode: "M_TOO_LARGE" },
  stateBytes: { what: "bytes of state in a room beside memberships", value: 16_777_216, errcode: "M_TOO_LARGE" },
  membershipBytes: { what: "bytes in the content of a membership", value: 8_192, errcode: "M_TOO_LARGE" },
  initialState: { what: "state events that a room is created with", value: 200, errcode: "M_BAD_JSON" },
  firstInvites: { what: "users who are invited when a room is created", value: 100, errcode: "M_BAD_JSON" },
  additionalCreators: { what: "further creators of a room", value: 100, errcode: "M_BAD_JSON" },
  /** Those who come later follow one by one. */
  succeedingMembers: { what: "members of a room whose settings follow them when another room says that it is replaced by it", value: 100 },
  filterBytes: { what: "bytes in a filter", value: 32_768, errcode: "M_TOO_LARGE" },
  filterPatterns: { what: "types with a * in a filter", value: 500, errcode: "M_TOO_LARGE" },
  filters: { what: "filters of a user", value: 1_000, errcode: "M_TOO_LARGE" },
  queriedUsers: { what: "users in one query of keys", value: 2_500, errcode: "M_TOO_LARGE" },
  claimedKeys: { what: "devices in one claim of keys", value: 2_500, errcode: "M_TOO_LARGE" },
  expensiveReads: { what: "expensive requests of a user, or of an address without a token, that run at once", value: 4 },
  waitingReads: { what: "expensive requests of one caller that wait for others of it", value: 50, errcode: "M_LIMIT_EXCEEDED" },
  /** Of others it is looked up whether there is news when they come back. */
  recentSyncs: {
    what: "users, devices and connections of sliding sync, each, of which it is in memory what they were told last",
    value: 10_000,
  },
  /** Past that a sync looks at all of the user's rooms. */
  touchedRooms: { what: "changes of a user's rooms that are remembered between two syncs", value: 64 },
  waitingSyncs: { what: "syncs of a user at once", value: 100, errcode: "M_LIMIT_EXCEEDED" },
  /** A page that is cut names where the next one begins. */
  pageEvents: { what: "events in a page of messages", value: 1_000 },
  streamEvents: { what: "events in an answer of the event stream", value: 100 },
  /** The newest count; so do those of a thread. */
  relatedEvents: {
    what: "events that relate to one, looked through for what is bundled with it, or for a page of all levels",
    value: 10_000,
  },
  /** What is bundled with the events after that is left out. */
  bundledBytes: { what: "bytes of events that are bundled with those of a page, and with one event more", value: 4_194_304 },
  /** A page that is not full may be cut. */
  threadsPage: { what: "threads in a page", value: 100 },
  threadsLooked: { what: "threads that are looked through for a page of those that a user took part in", value: 500 },
  /** Where none of them may be seen, there is none. */
  eventsByTime: { what: "events whose times are looked at for the one closest to a time", value: 20_000 },
  /** What was sent in others is not counted. */
  relatedStates: { what: "states of a room that are looked at for the events of a thread that came before the user", value: 500 },
  /** The newest. */
  bundledReferences: { what: "references that are bundled with an event", value: 200 },
  /** A longer state is read and sent in slices. */
  stateEventsInSlice: { what: "events of a state in memory at once for one answer", value: 500 },
  /** An answer that is full says in its token what it owes; the next ones bring it at once. */
  syncBytes: { what: "bytes of rooms in an answer of sync, and one room more", value: 16_777_216 },
  syncRooms: { what: "rooms in an answer of sync", value: 2_500 },
  syncChangedUsers: { what: "users whose keys have changed in an answer of sync", value: 5_000 },
  syncTimelineBytes: { what: "bytes of a room's events in an answer of sync, and one event more", value: 1_048_576 },
  slidingLists: { what: "lists in a request of sliding sync", value: 100, errcode: "M_INVALID_PARAM" },
  slidingSubscriptions: { what: "subscribed rooms in a request of sliding sync", value: 100, errcode: "M_INVALID_PARAM" },
  slidingRanges: { what: "ranges of a list of sliding sync", value: 50, errcode: "M_INVALID_PARAM" },
  slidingListNameBytes: { what: "bytes in the name of a list of sliding sync", value: 255, errcode: "M_INVALID_PARAM" },
  slidingRequiredState: {
    what: "entries of required_state in a list or subscription of sliding sync",
    value: 200,
    errcode: "M_INVALID_PARAM",
  },
  slidingFilterValues: { what: "values of one filter of sliding sync", value: 200, errcode: "M_INVALID_PARAM" },
  slidingConnIdBytes: { what: "bytes in the ID of a connection of sliding sync", value: 255, errcode: "M_INVALID_PARAM" },
  /** More is sent as if it were this. */
  slidingTimelineLimit: { what: "events of a room in an answer of sliding sync", value: 200 },
  slidingStickyEvents: { what: "sticky events in an answer of sliding sync", value: 100 },
  /** The one that was used longest ago goes, and begins anew. */
  slidingConnections: { what: "connections of sliding sync of a device", value: 8 },
  /** A larger one is not stored, and begins anew after a restart. */
  slidingConnectionBytes: { what: "bytes of what is stored of a connection of sliding sync", value: 524_288 },
  pageBytes: { what: "bytes of events in a page of messages, and one event more", value: 2_097_152 },
  publicRoomsPage: { what: "rooms in a page of the directory", value: 500 },
  publicRoomsPageBytes: { what: "bytes of rooms in a page of the directory, and one room more", value: 1_048_576 },
  /** Those that come first in the order of the space. */
  spaceChildren: { what: "rooms of one space", value: 1_000 },
  spaceChildrenBytes: { what: "bytes of events that name the rooms of one space", value: 524_288 },
  hierarchyPage: { what: "rooms in a page of a space", value: 100 },
  hierarchyPageBytes: { what: "bytes of rooms in a page of a space, and one room more", value: 1_048_576 },
  hierarchyDepth: { what: "spaces within one another", value: 20 },
  hierarchyRooms: { what: "rooms that are looked at in a space and those within it", value: 5_000 },
  /** The rest is not searched. */
  searchedText: { what: "characters of an event by which it is found", value: 16_384 },
  searchTermLength: { what: "characters in a search term", value: 512, errcode: "M_INVALID_PARAM" },
  searchPage: { what: "results in an answer of a search", value: 100 },
  /** A page that is cut names where the next one begins. */
  searchPageBytes: { what: "bytes of results in an answer of a search, and one result more", value: 4_194_304 },
  /** Of rooms whose state is left out, `/state` tells. */
  searchStateBytes: { what: "bytes of state in an answer of a search, and one room more", value: 4_194_304 },
  searchContext: { what: "events before a result of a search, and as many after it", value: 20 },
  /** The newest are put in order; the most recent ones go on in the next answer. */
  searchCandidates: { what: "events with the words of a search that are put in order", value: 1_000 },
  /** As above. */
  searchedEvents: { what: "events with the words of a search that are looked at, of other rooms included", value: 20_000 },
  userSearchLength: { what: "characters in a search for users", value: 512, errcode: "M_INVALID_PARAM" },
  userSearchPage: { what: "users in an answer of the user directory", value: 50 },
  /** What is found among them is the answer. */
  userSearchCandidates: { what: "users that a search for users looks at", value: 5_000 },
  /** The first are kept. */
  remoteDevicesBytes: { what: "bytes of keys of another server's user that are kept", value: 2_097_152 },
  /** The others are read in the background. */
  deviceListsRead: { what: "users of one server whose devices are read for one query of keys", value: 20 },
  devices: { what: "devices of a user", value: 300, errcode: "M_TOO_LARGE" },
  openIdTokens: { what: "valid OpenID tokens of a user", value: 50, errcode: "M_TOO_LARGE" },
  tagBytes: { what: "bytes in the name of a tag", value: 255, errcode: "M_INVALID_PARAM" },
  transactionIdLength: { what: "characters in a transaction ID", value: 255, errcode: "M_INVALID_PARAM" },
  aliasesOfRoom: { what: "aliases of a room", value: 200, errcode: "M_TOO_LARGE" },
  aliasesOfUser: { what: "aliases that a user has made", value: 1_000, errcode: "M_TOO_LARGE" },
  aliasesOfAppservice: { what: "aliases that a user of an application service has made", value: 100_000, errcode: "M_TOO_LARGE" },
  publishedRooms: { what: "rooms that a user has put into the directory", value: 500, errcode: "M_TOO_LARGE" },
  joinedRooms: { what: "rooms that a user is in", value: 10_000, errcode: "M_FORBIDDEN" },
  statusMsgBytes: { what: "bytes in a status message", value: 1_024, errcode: "M_INVALID_PARAM" },
  /** Whoever has been away longest is forgotten. */
  presences: { what: "users of whom it is known whether they are there", value: 10_000 },
  /** Of whom nothing was told for longest is forgotten. */
  remotePresences: { what: "users of other servers of whom it is known whether they are there", value: 20_000 },
  presenceInAnswer: { what: "users in one answer who have come or gone, the newest", value: 1_000 },
  presenceRooms: { what: "rooms of a user whose members hear at once that the user has come or gone", value: 200 },
  typingUsers: { what: "users who are shown as typing in a room", value: 100 },
  pendingInvites: { what: "invites that a user has not answered", value: 150, errcode: "M_FORBIDDEN" },
  delayedEvents: { what: "events of a user that are to be sent later", value: 100, errcode: "M_LIMIT_EXCEEDED" },
  /** The oldest are forgotten, and each after a week. */
  finalisedDelayedEvents: { what: "delayed events of a user that were sent, cancelled or refused", value: 200 },
  stickyEvents: { what: "events of a user in a room that are sticky", value: 100, errcode: "M_LIMIT_EXCEEDED" },
  /** Members get all of them at once. */
  stickyBytes: { what: "bytes of events of a room that are sticky", value: 2_097_152, errcode: "M_LIMIT_EXCEEDED" },
  threadSubscriptions: { what: "threads that a user follows, or has followed", value: 10_000, errcode: "M_TOO_LARGE" },
  threadSubscriptionsPage: { what: "changes of subscriptions to threads in an answer", value: 100 },
  /** The oldest end; so below. */
  loginTokensOfUser: { what: "login tokens of a user that are valid", value: 10 },
  loginTokens: { what: "login tokens that are valid", value: 5_000 },
  reportReasonBytes: { what: "bytes in the reason of a report", value: 8_192, errcode: "M_TOO_LARGE" },
  reportsPerDay: { what: "things that a user reports in a day", value: 200, errcode: "M_LIMIT_EXCEEDED", daily: true },
  mutualRoomsPage: { what: "rooms in a page of those in common", value: 1_000 },
  /** Days begin at midnight UTC; a restart forgets nothing. */
  roomsPerDay: { what: "rooms that a user creates in a day", value: 300, errcode: "M_LIMIT_EXCEEDED", daily: true },
  /** The code that the specification has for a quota of uploads. */
  mediaFilesPerDay: { what: "files that a user uploads in a day", value: 2_000, errcode: "M_FORBIDDEN", daily: true },
  mediaBytesPerDay: { what: "bytes that a user uploads in a day", value: 4_294_967_296, errcode: "M_FORBIDDEN", daily: true },
  /** Whoever asks first for a file of another server pays for it; as long as it is on its way, it counts as large as a file may be. */
  remoteMediaFilesPerDay: {
    what: "files of other servers that are fetched for a user in a day",
    value: 10_000,
    errcode: "M_LIMIT_EXCEEDED",
    daily: true,
  },
  remoteMediaBytesPerDay: {
    what: "bytes of files of other servers that are fetched for a user in a day",
    value: 10_737_418_240,
    errcode: "M_LIMIT_EXCEEDED",
    daily: true,
  },
  /** What others must download; a message to three devices counts three times. */
  toDeviceBytesPerDay: {
    what: "bytes that a user sends to devices in a day",
    value: 1_073_741_824,
    errcode: "M_LIMIT_EXCEEDED",
    daily: true,
  },
  oneTimeKeysPerDay: { what: "one-time keys that a user uploads in a day", value: 50_000, errcode: "M_LIMIT_EXCEEDED", daily: true },
  /** Everyone who shares a room looks at the keys again after each. */
  keyChangesPerDay: {
    what: "changes of a user's device and signing keys in a day",
    value: 2_000,
    errcode: "M_LIMIT_EXCEEDED",
    daily: true,
  },
  remoteDownloads: { what: "files that are fetched at once from one other server", value: 8 },
  waitingDownloads: { what: "files that wait to be fetched from one other server", value: 100, errcode: "M_LIMIT_EXCEEDED" },
  pendingMedia: { what: "media IDs of a user without content", value: 100, errcode: "M_LIMIT_EXCEEDED" },
  /**
   * Of the sender with most in the queue the oldest go first: Olm sessions go on without them, and room keys can be asked for
   * again or come from the backup. A message counts as no less than its share of the bytes.
   */
  toDeviceQueue: { what: "messages that wait for a device", value: 10_000 },
  toDeviceQueueBytes: { what: "bytes of messages that wait for a device", value: 33_554_432 },
  toDeviceInAnswer: { what: "messages to a device in one answer", value: 100 },
  toDeviceBytesInAnswer: { what: "bytes of messages to a device in one answer, and one message more", value: 1_048_576 },
  /** The oldest are forgotten: a client that comes with one of them gets everything up to it as received. */
  toDevicePages: { what: "answers to a device whose messages it has not confirmed", value: 100 },
  /** The oldest end. */
  uiaSessionsOfUser: { what: "sessions of User-Interactive Authentication of a user for one operation", value: 20 },
  uiaSessions: { what: "sessions of User-Interactive Authentication for one operation", value: 5_000 },
  previewUrlLength: { what: "characters in the address of a page", value: 2_048, errcode: "M_INVALID_PARAM" },
  /** What comes after is not read. */
  previewPageBytes: { what: "bytes of a page that are read for a preview", value: 1_048_576 },
  /** A page with a larger one is shown without. */
  previewImageBytes: { what: "bytes in the image of a preview", value: 8_388_608 },
  /** The oldest go. */
  urlPreviews: { what: "previews of pages that are kept", value: 10_000 },
  /** The most that a store takes in one request. */
  bucketFileBytes: { what: "bytes in a file that is kept in a bucket", value: 5_368_709_120, errcode: "M_TOO_LARGE" },
  thumbnailPixels: { what: "pixels in an image that thumbnails are made of", value: 50_000_000, errcode: "M_TOO_LARGE" },
  badgeRooms: { what: "rooms of which a badge counts what is unread, those with the newest events", value: 200 },
  pushesWaiting: { what: "events that wait for a push gateway, by pusher; the oldest are left out", value: 100 },
  notificationsPage: { what: "notifications in a page", value: 100 },
  /** More than any badge shows. */
  countedNotifications: { what: "events of a room that are looked at for what a user has not read", value: 10_000 },
  /** What was read longest ago is forgotten, and counts again. */
  readThreads: { what: "threads of which it is kept how far a user has read, by room", value: 1_000 },
  /** The oldest are forgotten. */
  userNotifications: { what: "notifications of a user, beside those that all members of a room have", value: 10_000 },
  /** As the package of the registrations has it. */
  appserviceIdLength: { what: "characters in the ID of an application service", value: 255 },
  appserviceEvents: { what: "events in a transaction for an application service", value: 100 },
  appserviceBytes: { what: "bytes of events in a transaction for an application service, and one event more", value: 1_048_576 },
  /** Of who has typed, or come and gone, longest ago, it is not told. */
  appserviceEphemeral: { what: "rooms and users whose typing and presence wait for an application service", value: 1_000 },
  appserviceAnswerBytes: { what: "bytes in an answer of an application service", value: 1_048_576 },
  appserviceRooms: { what: "rooms in the directories of an application service", value: 20_000, errcode: "M_TOO_LARGE" },
  networkIdLength: { what: "characters in the ID of a network", value: 255, errcode: "M_INVALID_PARAM" },
  pushers: { what: "pushers of a user", value: 100, errcode: "M_TOO_LARGE" },
  pusherBytes: { what: "bytes in a pusher", value: 65_536, errcode: "M_TOO_LARGE" },
  transactionPdus: { what: "events in a transaction of another server", value: 50, errcode: "M_BAD_JSON" },
  transactionEdus: { what: "EDUs in a transaction of another server", value: 100, errcode: "M_BAD_JSON" },
  expensiveServerReads: { what: "expensive requests of another server, or of an address without a signature, that run at once", value: 4 },
  waitingServerReads: {
    what: "expensive requests of another server that wait for others of it",
    value: 50,
    errcode: "M_LIMIT_EXCEEDED",
  },
  serverTransactions: { what: "transactions of another server that are taken in at once", value: 4 },
  waitingTransactions: { what: "transactions of another server that wait for others of it", value: 20, errcode: "M_LIMIT_EXCEEDED" },
  /** The rest is left out of the answer. */
  notaryQueries: { what: "servers whose keys are asked for at once, for those who ask for keys of others", value: 8 },
  waitingNotaryQueries: { what: "servers whose keys wait to be asked for, for those who ask for keys of others", value: 200 },
  /** The oldest go; those of servers that have users in rooms here stay. */
  serverKeys: { what: "servers without users here whose signing keys are kept", value: 2_000 },
  /** Larger ones are not stored. */
  serverKeysBytes: { what: "bytes of a server's signing keys that are stored", value: 32_768 },
  /** What is further back is not asked for: the state is. */
  missingEvents: { what: "events between one that was received and what is here that a server is asked for at once", value: 50 },
  missedEvents: { what: "events between one that was received and what is here, in all", value: 1_000 },
  /** Where a state has more, the events that follow it are refused. */
  fetchedState: { what: "events in a state of another server, and as many that authorise it", value: 200_000 },
  /** As above. */
  fetchedAuthChain: { what: "events that authorise one event of another server", value: 20_000 },
  /** Events that ask for more are refused for now: their servers send them again. Small conflicts do not wait. */
  waitingResolutions: {
    what: "rooms with large conflicts that wait for their states to be resolved",
    value: 100,
    errcode: "M_LIMIT_EXCEEDED",
  },
  strippedEvents: { what: "events by which another server's room shows itself", value: 100, errcode: "M_INVALID_PARAM" },
  strippedBytes: { what: "bytes of events by which another server's room shows itself", value: 262_144, errcode: "M_INVALID_PARAM" },
  /** Of the server that has sent most of them the oldest go. */
  forwardExtremities: { what: "events of a room that no other one follows", value: 10 },
  backfilledEvents: { what: "events in an answer to a server that asks for history", value: 100 },
  boundInvites: { what: "invites that have waited for the owner of an address", value: 100, errcode: "M_TOO_LARGE" },
  /** The oldest goes. */
  heldPresence: { what: "users of other servers whose presence is kept until it is known whether they are in a room", value: 10_000 },
  /** The one first that let the user in; the others have their turn in the next rounds. */
  completionServers: { what: "servers that are asked in one round for the members of a room that was joined without them", value: 5 },
  /** Those that come first. */
  partialRoomServers: { what: "servers that are kept of a room whose members have not come yet", value: 20_000 },
  joinServers: { what: "servers that are asked to let a user into a room", value: 20 },
  /** A server for which more waits than this gets the rest from its events. */
  destinationEvents: { what: "events that wait for another server, in memory", value: 200 },
  destinationEdus: { what: "EDUs that wait for another server, in memory; the oldest receipts and typing notifications go", value: 500 },
  /** A message that comes again after that many others is taken for a new one. */
  receivedMessages: { what: "messages to devices of another server that are known to have come", value: 10_000 },
  directMessageBytes: { what: "bytes in a message to devices of another server, and one device more", value: 49_152 },
  destinationOutboxBytes: { what: "bytes of messages to devices and news of device lists that wait for another server", value: 67_108_864 },
  /** Those for which something waits, and those that were busy last; the others are one row. */
  namedDestinations: { what: "servers with rows of their own in the metrics", value: 100 },
  /** Of those that were busy longest ago it is forgotten. */
  countedDestinations: { what: "servers of which it is known how much was sent to each", value: 10_000 },
  purges: { what: "purges of rooms and histories that wait or are under way", value: 100, errcode: "M_LIMIT_EXCEEDED" },
  destinationOutbox: { what: "messages to devices and news of device lists that wait for another server; the oldest go", value: 10_000 },
} as const;

/** The name of a limit. */
export type LimitName = keyof typeof limits;

/** The limits whose excess refuses a request. */
export type RefusingLimitName = {
  readonly [K in LimitName]: (typeof limits)[K] extends { readonly errcode: string } ? K : never;
}[LimitName];

/** The limits on what a user takes in a day. */
export type DailyLimitName = {
  readonly [K in RefusingLimitName]: (typeof limits)[K] extends { readonly daily: true } ? K : never;
}[RefusingLimitName];

/** Another number for some of the limits that hold for a day. */
export type DailyLimits = Readonly<Partial<Record<DailyLimitName, number | undefined>>>;

/** The names of the limits that hold for a day. */
export const dailyLimitNames: readonly DailyLimitName[] = Object.entries(limits)
  .filter(([, limit]) => "daily" in limit)
  // The limits that are marked as daily are those of the type.
  .map(([name]) => name as DailyLimitName);
