// The statements about other servers with values of their types: they come after those of users, rooms and events.
import { keyList, operation, type WriteOperation } from "../../src/store/statement.ts";
import * as federation from "../../src/store/statements/federation.ts";
import * as partial from "../../src/store/statements/partial-rooms.ts";
import * as remoteDevices from "../../src/store/statements/remote-devices.ts";
import * as toDevice from "../../src/store/statements/to-device.ts";
import { each, json, LARGEST, read, type ReadCase } from "./statement-case.ts";

/** Writes that fill the tables, and change what they have stored. */
export const storingRemote: readonly WriteOperation[] = [
  ...[64, LARGEST].map((streamId) => operation(remoteDevices.upsertDeviceListStream, 1, streamId)),
  operation(remoteDevices.markStaleDeviceList, 2),
  ...[2, 3].map((nid) => operation(remoteDevices.upsertRemoteDeviceList, nid, nid === 2 ? LARGEST : null, 0)),
  operation(remoteDevices.markStaleDeviceList, 3),
  ...["A", "B", "B"].map((deviceId) => operation(remoteDevices.upsertRemoteDevice, 2, deviceId, json)),
  operation(remoteDevices.upsertRemoteDevice, 1, "A", json),
  ...["one", "two", "three"].map((id, i) => operation(toDevice.insertReceivedMessage, "x", id, i)),
  operation(toDevice.trimReceivedMessages, "x", 1),
  operation(federation.upsertServerKeys, "x", json, 5),
  operation(federation.upsertServerKeys, "x", "{}", LARGEST),
  ...["made.up", "made.up.too"].map((server, i) => operation(federation.upsertServerKeys, server, "{}", i)),
  operation(federation.trimServerKeys, 1),
  operation(federation.upsertSent, "x", "[64]"),
  operation(federation.upsertSent, "x", "[128]"),
  operation(federation.updateFailures, "x", 2, LARGEST),
  ...[1, 2, 3].map((nid) => operation(federation.insertOutbox, nid, "x", json)),
  operation(federation.trimOutbox, "x", 2),
  operation(federation.trimOutboxBytes, "x", 1_000),
  ...["[]", '["x"]'].map((servers) => operation(partial.upsertPartialRoom, 64, 128, "x", servers)),
  operation(partial.upsertPartialRoom, 65, 128, "y", "[]"),
  operation(partial.completePartialRoom, 65, LARGEST, 1),
];

/** Every reading statement. */
export const readingRemote: readonly ReadCase[] = [
  read(federation.serverKeys, "x"),
  ...["made.up", "made.up.too"].map((server) => read(federation.serverKeys, server)),
  read(federation.destination, "x"),
  read(federation.allDestinations),
  ...["", "x", "y"].map((prefix) => read(federation.destinationStatuses, prefix, "", 5)),
  read(federation.destinationStatuses, "", "x", 5),
  read(federation.serversOfRoom, 64),
  read(federation.roomsOfServer, "x", 0),
  read(federation.usersOfServer, "x", 64),
  read(federation.outboxOf, "x", 0, 5),
  read(federation.outboxServers),
  read(federation.outboxSize, "x"),
  read(federation.outboxTotal),
  read(federation.newestOutbox),
  read(partial.partialRooms),
  read(partial.judgedEventsFrom, 64, 0, 50),
  read(remoteDevices.deviceListStream, 1),
  read(remoteDevices.remoteDevicesOfUsers, keyList([1, 2])),
  read(remoteDevices.remoteDeviceLists, keyList([1, 2, 3])),
  read(remoteDevices.staleDeviceLists, 0, 5),
  read(remoteDevices.keptDeviceLists, 0, 5),
  read(remoteDevices.keptDeviceListsOfRoom, 64, 0, 5),
  read(toDevice.receivedMessage, "x", "one"),
  read(toDevice.receivedMessage, "x", "three"),
];

/** Writes that remove what {@link storingRemote} has stored. */
export const removingRemote: readonly WriteOperation[] = [
  operation(federation.deleteOutbox, "x", 3),
  operation(partial.judgeAgain, 128, null, 0, null, 1, null, 2),
  operation(partial.takeBackRedaction, 64, 128),
  operation(partial.deletePartialRoom, 64),
  operation(remoteDevices.deleteRemoteDevice, 2, "A"),
  ...each([remoteDevices.deleteRemoteDevices, remoteDevices.deleteRemoteSigningKeys, remoteDevices.deleteRemoteDeviceList], 2),
];
