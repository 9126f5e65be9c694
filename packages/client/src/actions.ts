// What is loaded when somebody does more than read and write text: finds, makes, joins and changes rooms, moves files, marks what is read.
export {
  ban,
  forgetRoom,
  getMembersByRoom,
  getOneRoomEvent,
  getRelatingEventsWithRelType,
  getRelatingEventsWithRelTypeAndEventType,
  getRoomEvents,
  getRoomStateWithKey,
  getUserProfile,
  inviteUser,
  joinRoomById,
  kick,
  knockRoom,
  leaveRoom,
  postReceipt,
  redactEvent,
  setAccountData,
  setAccountDataPerRoom,
  setProfileField,
  setReadMarker,
  setRoomStateWithKey,
  setTyping,
  unban,
  upgradeRoom,
} from "@patrix/client-api";
export { subscribeThread } from "@patrix/client-api/unstable";
export { askForRecipients } from "./encryption/recipients.ts";
export { openFile } from "./media/open-file.ts";
export { transferAttachment } from "./media/transfer-attachment.ts";
export { createTransfers, uploadFile } from "./media/transfers.ts";
export { createFoundRooms } from "./rooms/found-rooms.ts";
