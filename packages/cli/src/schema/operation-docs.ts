// Written by `pnpm run surface`.
/** What is said of each operation, a line each: API and operation ID, summary, description, link; by tabs. */
export const operationDocs: string = `application-service/claimAppserviceKeys	Claims one-time keys of devices that the application service holds the keys of		https://github.com/matrix-org/matrix-spec-proposals/pull/3983
application-service/getProtocolMetadata	Describes a third-party protocol that the application service bridges to		https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1thirdpartyprotocolprotocol
application-service/ping	Tests the connection to an application service, which asked for it		https://spec.matrix.org/v1.19/application-service-api/#post_matrixappv1ping
application-service/queryLocationByAlias	Finds the third-party locations that a room alias stands for		https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1thirdpartylocation
application-service/queryLocationByProtocol	Finds the rooms that stand for a location of the third-party network		https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1thirdpartylocationprotocol
application-service/queryRoomByAlias	Asks the application service to create a room alias of its namespace if it wants the room to exist		https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1roomsroomalias
application-service/queryUserByID	Finds the third-party users that a Matrix user stands for		https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1thirdpartyuser
application-service/queryUserById	Asks the application service to create a user of its namespace if it wants the user to exist		https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1usersuserid
application-service/queryUserByProtocol	Finds the Matrix users that stand for a user of the third-party network		https://spec.matrix.org/v1.19/application-service-api/#get_matrixappv1thirdpartyuserprotocol
application-service/sendTransaction	Delivers events to the application service		https://spec.matrix.org/v1.19/application-service-api/#put_matrixappv1transactionstxnid
client-server/add3PID	Adds a validated third-party address to the account		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidadd
client-server/ban	Bans a user from a room, and removes the user if joined		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidban
client-server/bind3PID	Publishes a third-party address of the account at an identity server		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidbind
client-server/changePassword	Changes the password of the account		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpassword
client-server/checkUsernameAvailability	Tells whether a user name can be registered		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3registeravailable
client-server/claimKeys	Claims one-time keys of devices, to start encrypted sessions with them		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysclaim
client-server/claimMultipleKeys	Claims several one-time keys of each device at once		https://github.com/matrix-org/matrix-spec-proposals/pull/3983
client-server/createContent	Creates a content URI whose media is uploaded later		https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav1create
client-server/createRendezvous	Creates a place where two devices exchange payloads, to sign in by QR code		https://github.com/matrix-org/matrix-spec-proposals/pull/4108
client-server/createRendezvousSession	Creates a session in which two devices exchange payloads, to sign in by QR code		https://github.com/matrix-org/matrix-spec-proposals/pull/4388
client-server/createRoom	Creates a room and joins the caller to it		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3createroom
client-server/deactivateAccount	Closes the account for good and ends all of its sessions		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountdeactivate
client-server/defineFilter	Stores a filter for later use		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridfilter
client-server/delete3pidFromAccount	Removes a third-party address from the account		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3piddelete
client-server/deleteAccountData	Deletes a piece of global account data		https://github.com/matrix-org/matrix-spec-proposals/pull/3391
client-server/deleteAccountDataPerRoom	Deletes a piece of account data for a room		https://github.com/matrix-org/matrix-spec-proposals/pull/3391
client-server/deleteDehydratedDevice	Deletes the dehydrated device of the user		https://github.com/matrix-org/matrix-spec-proposals/pull/3814
client-server/deleteDevice	Deletes a device and ends its session		https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3devicesdeviceid
client-server/deleteDevices	Deletes several devices and ends their sessions		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3delete_devices
client-server/deleteProfileField	Removes one field of the user's profile		https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3profileuseridkeyname
client-server/deletePushRule	Deletes a push rule		https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3pushrulesglobalkindruleid
client-server/deleteRendezvousSession	Ends a rendezvous session		https://github.com/matrix-org/matrix-spec-proposals/pull/4388
client-server/deleteRoomAlias	Deletes a room alias		https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3directoryroomroomalias
client-server/deleteRoomKeyBySessionId	Deletes the backed-up key of one session		https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keyskeysroomidsessionid
client-server/deleteRoomKeys	Deletes every key of a backup		https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keyskeys
client-server/deleteRoomKeysByRoomId	Deletes the backed-up keys of a room		https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keyskeysroomid
client-server/deleteRoomKeysVersion	Deletes a key backup with all of its keys		https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3room_keysversionversion
client-server/deleteRoomTag	Removes a tag from a room		https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3useruseridroomsroomidtagstag
client-server/discoverRendezvous	Tells whether rendezvous sessions can be created		https://github.com/matrix-org/matrix-spec-proposals/pull/4388
client-server/forgetRoom	Forgets a room that the user has left, so that its history is no longer shown		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidforget
client-server/generateLoginToken	Creates a token that logs in another device of the user once		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv1loginget_token
client-server/getAccount3PIDs	Lists the third-party addresses that belong to the account		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3account3pid
client-server/getAccountData	Reads one piece of a user's account data		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridaccount_datatype
client-server/getAccountDataPerRoom	Reads one piece of a user's account data for a room		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridroomsroomidaccount_datatype
client-server/getAdminLockUser	Tells an administrator whether a local user is locked		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1adminlockuserid
client-server/getAdminSuspendUser	Tells an administrator whether a local user is suspended		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1adminsuspenduserid
client-server/getAuthMetadata	Describes the homeserver's OAuth 2.0 authorization server		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1auth_metadata
client-server/getCapabilities	Lists what the homeserver allows the user to do		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3capabilities
client-server/getConfig	Reads the limits of the media repository; replaced by {@link getConfigAuthed}		https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3config
client-server/getConfigAuthed	Reads the limits of the media repository		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediaconfig
client-server/getContent	Downloads media without authentication; replaced by {@link getContentAuthed}		https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3downloadservernamemediaid
client-server/getContentAuthed	Downloads media		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediadownloadservernamemediaid
client-server/getContentOverrideName	Downloads media under another file name without authentication; replaced by {@link getContentOverrideNameAuthed}		https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3downloadservernamemediaidfilename
client-server/getContentOverrideNameAuthed	Downloads media under a file name that the caller chooses		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediadownloadservernamemediaidfilename
client-server/getContentThumbnail	Downloads a thumbnail without authentication; replaced by {@link getContentThumbnailAuthed}		https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3thumbnailservernamemediaid
client-server/getContentThumbnailAuthed	Downloads a thumbnail of an image		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediathumbnailservernamemediaid
client-server/getDehydratedDevice	Reads the dehydrated device of the user		https://github.com/matrix-org/matrix-spec-proposals/pull/3814
client-server/getDehydratedDeviceEvents	Reads messages that were sent to a dehydrated device		https://github.com/matrix-org/matrix-spec-proposals/pull/3814
client-server/getDelayedEvent	Reads a delayed event		https://github.com/matrix-org/matrix-spec-proposals/pull/4140
client-server/getDelayedEvents	Lists the delayed events of the user		https://github.com/matrix-org/matrix-spec-proposals/pull/4140
client-server/getDevice	Reads one device of the user		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devicesdeviceid
client-server/getDevices	Lists the devices of the user		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devices
client-server/getEventByTimestamp	Finds the event of a room that is closest to a point in time		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidtimestamp_to_event
client-server/getEventContext	Reads the events around an event, and the state at the last of them		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidcontexteventid
client-server/getEvents	Waits for new events in the old stream; replaced by {@link sync}		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3events
client-server/getFilter	Reads a stored filter		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridfilterfilterid
client-server/getJoinedMembersByRoom	Lists the joined members of a room with their profiles		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidjoined_members
client-server/getJoinedRooms	Lists the rooms that the user has joined		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3joined_rooms
client-server/getKeysChanges	Lists the users whose devices changed between two sync tokens		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3keyschanges
client-server/getLocalAliases	Lists the aliases that the homeserver has for a room		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidaliases
client-server/getLoginFlows	Lists the ways to log in		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3login
client-server/getMembersByRoom	Lists the membership events of a room		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmembers
client-server/getMutualRooms	Lists the rooms that the caller shares with another user		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mutual_rooms
client-server/getNotifications	Lists the events that the user was notified of		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3notifications
client-server/getOneEvent	Reads an event by its ID alone; replaced by {@link getOneRoomEvent}		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3eventseventid
client-server/getOneRoomEvent	Reads one event of a room		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomideventeventid
client-server/getPresence	Reads the presence of a user		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3presenceuseridstatus
client-server/getProfileField	Reads one field of a user's profile		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuseridkeyname
client-server/getProtocolMetadata	Describes one third-party protocol		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyprotocolprotocol
client-server/getProtocols	Lists the third-party protocols that the homeserver bridges to		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyprotocols
client-server/getPublicRooms	Lists the public rooms of a server		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3publicrooms
client-server/getPushRule	Reads one push rule		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobalkindruleid
client-server/getPushRuleActions	Reads what a push rule does		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobalkindruleidactions
client-server/getPushRules	Reads all push rules of the user		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrules
client-server/getPushRulesGlobal	Reads the push rules of the user without the surrounding scope		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobal
client-server/getPushers	Lists the pushers of the user		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushers
client-server/getRelatingEvents	Lists the events that relate to an event		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventid
client-server/getRelatingEventsWithRelType	Lists the events that relate to an event in one way		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltype
client-server/getRelatingEventsWithRelTypeAndEventType	Lists the events of one type that relate to an event in one way		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventidreltypeeventtype
client-server/getRendezvousSession	Reads the payload of a rendezvous session		https://github.com/matrix-org/matrix-spec-proposals/pull/4388
client-server/getRetentionConfiguration	Tells how long the server keeps messages; 404 where it keeps them for ever		https://github.com/matrix-org/matrix-spec-proposals/pull/1763
client-server/getRoomEvents	Reads a page of a room's history		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidmessages
client-server/getRoomIdByAlias	Resolves a room alias to a room ID and to servers that know the room		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directoryroomroomalias
client-server/getRoomKeyBySessionId	Reads the backed-up key of one session		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keyskeysroomidsessionid
client-server/getRoomKeys	Reads every key of a backup		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keyskeys
client-server/getRoomKeysByRoomId	Reads the backed-up keys of a room		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keyskeysroomid
client-server/getRoomKeysVersion	Describes a key backup		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keysversionversion
client-server/getRoomKeysVersionCurrent	Describes the newest key backup		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3room_keysversion
client-server/getRoomState	Lists the state events of a room		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstate
client-server/getRoomStateWithKey	Reads the state of a room for a type and a state key		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidstateeventtypestatekey
client-server/getRoomSummary	Describes a room, which the caller need not have joined		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1room_summaryroomidoralias
client-server/getRoomTags	Lists the tags of a room		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3useruseridroomsroomidtags
client-server/getRoomVisibilityOnDirectory	Tells whether the homeserver lists a room in its public directory		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directorylistroomroomid
client-server/getRtcTransports	Lists the ways to carry calls that the homeserver offers		https://github.com/matrix-org/matrix-spec-proposals/pull/4143
client-server/getSpaceHierarchy	Walks through the rooms of a space, depth first		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidhierarchy
client-server/getThreadRoots	Lists the roots of the threads of a room, the most recently active first		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidthreads
client-server/getThreadSubscription	Tells whether the user has subscribed to a thread		https://github.com/matrix-org/matrix-spec-proposals/pull/4306
client-server/getThreadSubscriptionChanges	Lists changes of thread subscriptions, the newest first		https://github.com/matrix-org/matrix-spec-proposals/pull/4308
client-server/getTokenOwner	Tells whose access token this is		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3accountwhoami
client-server/getTurnServer	Hands out credentials for a TURN server		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3voipturnserver
client-server/getUnstableMutualRooms	Lists the rooms that the caller shares with another user; see {@link getMutualRooms} for what it became		https://github.com/matrix-org/matrix-spec-proposals/pull/2666
client-server/getUrlPreview	Fetches a preview of a web page; replaced by {@link getUrlPreviewAuthed}		https://spec.matrix.org/v1.19/client-server-api/#get_matrixmediav3preview_url
client-server/getUrlPreviewAuthed	Fetches what a web page says of itself, for a preview		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1mediapreview_url
client-server/getUserProfile	Reads the whole profile of a user		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuserid
client-server/getVersions	Lists the specification versions and unstable features that the homeserver supports		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientversions
client-server/getWellknown	Tells clients of a server name where its homeserver is		https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixclient
client-server/getWellknownPolicy	Publishes the keys of a policy server		https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixpolicy_server
client-server/getWellknownSupport	Publishes who administers the server and where to find help		https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixsupport
client-server/getWhoIs	Tells an administrator which devices and connections a user has		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3adminwhoisuserid
client-server/initialSync	Reads the state of all of the user's rooms; replaced by {@link sync}		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3initialsync
client-server/inviteBy3PID	Invites the owner of a third-party address to a room		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidinvite
client-server/inviteUser	Invites a user to a room		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidinvite
client-server/isPushRuleEnabled	Tells whether a push rule is on		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3pushrulesglobalkindruleidenabled
client-server/joinRoom	Joins a room by its ID or alias		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3joinroomidoralias
client-server/joinRoomById	Joins a room by its ID, without other servers' help		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidjoin
client-server/kick	Removes a user from a room		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidkick
client-server/knockRoom	Asks to be let into a room		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3knockroomidoralias
client-server/leaveRoom	Leaves a room, or declines an invite		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidleave
client-server/listDehydratedDeviceEvents	Reads messages that were sent to a dehydrated device, as matrix-js-sdk does it: the last page has no token		https://github.com/matrix-org/matrix-spec-proposals/pull/3814
client-server/login	Logs in and creates a session		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3login
client-server/logout	Ends the session and deletes its device		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logout
client-server/logout_all	Ends all sessions of the user and deletes their devices		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logoutall
client-server/peekEvents	Waits for new events in one room, which the user need not have joined		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3events
client-server/pingAppservice	Has the homeserver ping the calling application service, to test the connection back to it		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv1appserviceappserviceidping
client-server/post3PIDs	Adds a validated third-party address; replaced by {@link add3PID} and {@link bind3PID}		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pid
client-server/postPusher	Creates, changes or deletes a pusher of the user		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3pushersset
client-server/postReceipt	Marks an event as read		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreceiptreceipttypeeventid
client-server/postRoomKeysVersion	Creates a key backup, which replaces the newest one		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3room_keysversion
client-server/putDehydratedDevice	Creates a dehydrated device, which replaces the one before		https://github.com/matrix-org/matrix-spec-proposals/pull/3814
client-server/putRoomKeyBySessionId	Backs up the key of one session		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeysroomidsessionid
client-server/putRoomKeys	Backs up keys of several rooms		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeys
client-server/putRoomKeysByRoomId	Backs up keys of a room		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keyskeysroomid
client-server/putRoomKeysVersion	Replaces the authentication data of a key backup		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3room_keysversionversion
client-server/queryKeys	Reads the device keys and cross-signing keys of users		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysquery
client-server/queryLocationByAlias	Finds the third-party locations that a room alias stands for		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartylocation
client-server/queryLocationByProtocol	Finds the rooms that stand for a location of a third-party network		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartylocationprotocol
client-server/queryPublicRooms	Searches the public rooms of a server		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3publicrooms
client-server/queryUserByID	Finds the third-party users that a Matrix user stands for		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyuser
client-server/queryUserByProtocol	Finds the Matrix users that stand for a user of a third-party network		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3thirdpartyuserprotocol
client-server/redactEvent	Strips an event of its content		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidredacteventidtxnid
client-server/redirectToIdP	Sends the browser to the single sign-on page of an identity provider		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirectidpid
client-server/redirectToSSO	Sends the browser to the single sign-on page of the homeserver		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3loginssoredirect
client-server/refresh	Exchanges a refresh token for a new access token		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3refresh
client-server/register	Creates an account		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3register
client-server/registrationTokenValidity	Tells whether a registration token can still be used		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1registermloginregistration_tokenvalidity
client-server/reportEvent	Reports an event to the administrators of the homeserver		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreporteventid
client-server/reportRoom	Reports a room to the administrators of the homeserver		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreport
client-server/reportUser	Reports a user to the administrators of the homeserver		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3usersuseridreport
client-server/requestOpenIdToken	Creates a token with which another service can learn who the user is		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3useruseridopenidrequest_token
client-server/requestTokenTo3PIDEmail	Sends a validation mail to an address that is to be added to the account		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidemailrequesttoken
client-server/requestTokenTo3PIDMSISDN	Sends a validation text to a phone number that is to be added to the account		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken
client-server/requestTokenToRegisterEmail	Sends a validation mail to an address that is to be used in a registration		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registeremailrequesttoken
client-server/requestTokenToRegisterMSISDN	Sends a validation text to a phone number that is to be used in a registration		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registermsisdnrequesttoken
client-server/requestTokenToResetPasswordEmail	Sends a mail that allows to reset the password		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpasswordemailrequesttoken
client-server/requestTokenToResetPasswordMSISDN	Sends a text message that allows to reset the password		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpasswordmsisdnrequesttoken
client-server/roomInitialSync	Reads the state and the newest messages of a room		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidinitialsync
client-server/search	Searches the rooms of the user		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3search
client-server/searchUserDirectory	Searches for users by name or user ID		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3user_directorysearch
client-server/sendDelayedEvent	Sends an event later		https://github.com/matrix-org/matrix-spec-proposals/pull/4140
client-server/sendDelayedMessageEvent	Sends a message event later; the path is that of {@link sendMessage}, and the parameter makes the difference		https://github.com/matrix-org/matrix-spec-proposals/pull/4140
client-server/sendDelayedStateEvent	Sets a piece of state later; the path is that of {@link setRoomStateWithKey}, and the parameter makes the difference		https://github.com/matrix-org/matrix-spec-proposals/pull/4140
client-server/sendMessage	Sends a message event to a room		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid
client-server/sendStickyMessage	Sends a message event that newcomers get as long as it is sticky		
client-server/sendToDevice	Sends an event to devices, outside of any room		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3sendtodeviceeventtypetxnid
client-server/setAccountData	Replaces one piece of a user's account data		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridaccount_datatype
client-server/setAccountDataPerRoom	Replaces one piece of a user's account data for a room		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridroomsroomidaccount_datatype
client-server/setAdminLockUser	Locks a local user out of the account, or unlocks it		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv1adminlockuserid
client-server/setAdminSuspendUser	Suspends a local user, or ends the suspension		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv1adminsuspenduserid
client-server/setPresence	Sets the presence of the user		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3presenceuseridstatus
client-server/setProfileField	Sets one field of the user's profile		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3profileuseridkeyname
client-server/setPushRule	Creates or replaces a push rule		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleid
client-server/setPushRuleActions	Changes what a push rule does		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleidactions
client-server/setPushRuleEnabled	Turns a push rule on or off		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3pushrulesglobalkindruleidenabled
client-server/setReadMarker	Moves the fully-read marker of a room, and the user's read receipts with it		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidread_markers
client-server/setRoomAlias	Creates a room alias		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directoryroomroomalias
client-server/setRoomStateWithKey	Sets the state of a room for a type and a state key		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidstateeventtypestatekey
client-server/setRoomTag	Tags a room		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3useruseridroomsroomidtagstag
client-server/setRoomVisibilityOnDirectory	Lists a room in the homeserver's public directory, or takes it off		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directorylistroomroomid
client-server/setStickyState	Sets a state event that is sticky as well		
client-server/setTyping	Tells a room whether the user is typing		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3roomsroomidtypinguserid
client-server/simplifiedMsc3575Sync	Reads what changed in a window of rooms, and waits for something to change: sliding sync as it is deployed, from before the proposal was merged. \`slidingSync\` is the merged one		https://github.com/matrix-org/matrix-spec-proposals/pull/4186
client-server/slidingSync	Reads what changed in a window of rooms, and waits for something to change; as the proposal was merged		https://github.com/matrix-org/matrix-spec-proposals/pull/4186
client-server/subscribeThread	Subscribes to a thread		https://github.com/matrix-org/matrix-spec-proposals/pull/4306
client-server/sync	Reads what changed since the last sync, and waits for something to change		https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3sync
client-server/unban	Lifts the ban of a user from a room		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidunban
client-server/unbind3pidFromAccount	Withdraws a third-party address from an identity server, and keeps it on the account		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidunbind
client-server/unsubscribeThread	Unsubscribes from a thread		https://github.com/matrix-org/matrix-spec-proposals/pull/4306
client-server/updateAppserviceRoomDirectoryVisibility	Lists a room in the directory of an application service's network, or takes it off		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directorylistappservicenetworkidroomid
client-server/updateDelayedEvent	Restarts, sends or cancels a delayed event; from the first version of the proposal		https://github.com/matrix-org/matrix-spec-proposals/pull/4140
client-server/updateDelayedEventByAction	Restarts, sends or cancels a delayed event; its ID is secret and authenticates the caller		https://github.com/matrix-org/matrix-spec-proposals/pull/4140
client-server/updateDevice	Changes a device's display name; an application service can also create the device		https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3devicesdeviceid
client-server/updateRendezvousSession	Replaces the payload of a rendezvous session		https://github.com/matrix-org/matrix-spec-proposals/pull/4388
client-server/upgradeRoom	Replaces a room by a new one of another version		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidupgrade
client-server/uploadContent	Uploads media		https://spec.matrix.org/v1.19/client-server-api/#post_matrixmediav3upload
client-server/uploadContentToMXC	Uploads media to a content URI that was created before		https://spec.matrix.org/v1.19/client-server-api/#put_matrixmediav3uploadservernamemediaid
client-server/uploadCrossSigningKeys	Publishes the user's cross-signing keys		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysdevice_signingupload
client-server/uploadCrossSigningSignatures	Publishes signatures of the user on devices and cross-signing keys		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keyssignaturesupload
client-server/uploadKeys	Publishes device keys, one-time keys and fallback keys of the calling device		https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysupload
identity/agreeToTerms	Accepts terms of service		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2terms
identity/bindV2	Publishes that a validated third-party address belongs to a Matrix user		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv23pidbind
identity/blindlySignStuffV2	Signs a third-party invite with a key that the caller holds		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2sign-ed25519
identity/emailRequestTokenV2	Sends a validation mail		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validateemailrequesttoken
identity/emailSubmitTokenGetV2	Validates a mail address by the link in the mail, and shows a page or goes on to \`next_link\`		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2validateemailsubmittoken
identity/emailSubmitTokenPostV2	Validates a mail address with the token from the mail		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validateemailsubmittoken
identity/getAccount	Tells whose access token this is		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2account
identity/getHashDetails	Tells how addresses are hashed for {@link lookupUsers}		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2hash_details
identity/getPubKeyV2	Reads a public key of the identity server		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2pubkeykeyid
identity/getTerms	Lists the terms of service		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2terms
identity/getValidated3pidV2	Tells whether a validation session has succeeded, and for which address		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv23pidgetvalidated3pid
identity/getVersions	Lists the specification versions that the identity server supports		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityversions
identity/isEphemeralPubKeyValidV2	Tells whether a short-term public key of the identity server is valid		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2pubkeyephemeralisvalid
identity/isPubKeyValidV2	Tells whether a long-term public key of the identity server is valid		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2pubkeyisvalid
identity/logout	Ends the use of the access token		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2accountlogout
identity/lookupUsersV2	Looks up the Matrix users of hashed third-party addresses		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2lookup
identity/msisdnRequestTokenV2	Sends a validation text message		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validatemsisdnrequesttoken
identity/msisdnSubmitTokenGetV2	Validates a phone number by the link in the message, and shows a page or goes on to \`next_link\`		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2validatemsisdnsubmittoken
identity/msisdnSubmitTokenPostV2	Validates a phone number with the token from the message		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validatemsisdnsubmittoken
identity/pingV2	Tells that the identity server is there		https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2
identity/registerAccount	Exchanges an OpenID token of a homeserver for an access token of the identity server		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2accountregister
identity/storeInviteV2	Keeps an invite for the future owner of a third-party address, who is told by mail		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2store-invite
identity/unbindV2	Withdraws an association of a third-party address with a Matrix user		https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv23pidunbind
push-gateway/notify	Passes a notification on to the provider of the device's platform		https://spec.matrix.org/v1.19/push-gateway-api/#post_matrixpushv1notify
server-server/askPolicyServerToSign	Asks the policy server of a room to approve an event with its signature		https://spec.matrix.org/v1.19/server-server-api/#post_matrixpolicyv1sign
server-server/backfillRoom	Fetches events that precede known ones		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1backfillroomid
server-server/bulkPerspectivesKeyQuery	Asks a notary server for the signing keys of several servers		https://spec.matrix.org/v1.19/server-server-api/#post_matrixkeyv2query
server-server/claimUserEncryptionKeys	Claims one-time keys of devices of the called server		https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysclaim
server-server/exchangeOpenIdToken	Tells a service which user an OpenID token belongs to		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1openiduserinfo
server-server/exchangeThirdPartyInvite	Asks a server in the room to turn a third-party invite into an invite		https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv1exchange_third_party_inviteroomid
server-server/getContent	Downloads media of the called server		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1mediadownloadmediaid
server-server/getContentThumbnail	Downloads a thumbnail of media of the called server		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1mediathumbnailmediaid
server-server/getEvent	Fetches one event		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1eventeventid
server-server/getEventAuth	Fetches the auth chain of an event		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1event_authroomideventid
server-server/getEventByTimestamp	Finds the event of a room that is closest to a point in time		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1timestamp_to_eventroomid
server-server/getMissingPreviousEvents	Fetches the events between known ones and newer ones		https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1get_missing_eventsroomid
server-server/getPublicRooms	Lists the public rooms of the called server		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1publicrooms
server-server/getRoomState	Fetches the state of a room before an event, with its auth chain		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1stateroomid
server-server/getRoomStateIds	Fetches the event IDs of the state of a room before an event, and of its auth chain		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1state_idsroomid
server-server/getServerKey	Publishes the signing keys of a server		https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2server
server-server/getSpaceHierarchy	Describes a space and the rooms directly in it, as far as the calling server may see them		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1hierarchyroomid
server-server/getUserDevices	Lists the devices of a user of the called server, with their keys		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1userdevicesuserid
server-server/getVersion	Names the implementation of a server and its version		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1version
server-server/getWellKnown	Tells where the server behind a server name is reached		https://spec.matrix.org/v1.19/server-server-api/#getwell-knownmatrixserver
server-server/makeJoin	Asks a server in the room for a join event to complete and sign		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1make_joinroomiduserid
server-server/makeKnock	Asks a server in the room for a knock event to complete and sign		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1make_knockroomiduserid
server-server/makeLeave	Asks a server in the room for a leave event to complete and sign		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1make_leaveroomiduserid
server-server/onBindThirdPartyIdentifier	Tells a server that a third-party address with pending invites now belongs to one of its users		https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv13pidonbind
server-server/perspectivesKeyQuery	Asks a notary server for the signing keys of another server		https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2queryservername
server-server/queryInfo	Asks a server for information of some kind; the kinds in use have endpoints of their own		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1queryquerytype
server-server/queryProfile	Reads the profile of a user of the called server		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1queryprofile
server-server/queryPublicRooms	Searches the public rooms of the called server		https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1publicrooms
server-server/queryRoomDirectory	Resolves a room alias of the called server		https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1querydirectory
server-server/queryUserEncryptionKeys	Reads the device keys and cross-signing keys of users of the called server		https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1userkeysquery
server-server/sendInviteV1	Delivers an invite to the invited user's server, which signs it; for servers without version 2		https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv1inviteroomideventid
server-server/sendInviteV2	Delivers an invite to the invited user's server, which signs it		https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv2inviteroomideventid
server-server/sendJoinV2	Submits a signed join event, and receives the state of the room		https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv2send_joinroomideventid
server-server/sendKnock	Submits a signed knock event, and receives some state of the room		https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv1send_knockroomideventid
server-server/sendLeaveV2	Submits a signed leave event		https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv2send_leaveroomideventid
server-server/sendTransaction	Delivers PDUs and EDUs to a server		https://spec.matrix.org/v1.19/server-server-api/#put_matrixfederationv1sendtxnid`;
