import { type Model, model } from "@patrix/api";
import { type EventDefinition, messageEvent } from "../registry/define.ts";
import { taggedUnion } from "../registry/tagged-union.ts";
import { AudioMessage } from "./message/audio.ts";
import { CustomMessage } from "./message/custom.ts";
import { EmoteMessage } from "./message/emote.ts";
import { FileMessage } from "./message/file.ts";
import { ImageMessage } from "./message/image.ts";
import { KeyVerificationRequestMessage } from "./message/key-verification-request.ts";
import { LocationMessage } from "./message/location.ts";
import { NoticeMessage } from "./message/notice.ts";
import { ServerNoticeMessage } from "./message/server-notice.ts";
import { TextMessage } from "./message/text.ts";
import { VideoMessage } from "./message/video.ts";

/**
 * Messages by `msgtype`; declare your own.
 *
 * @example
 * declare module "@patrix/events" { interface MessageTypeMap { "com.example.dice": DiceMessage } }
 */
export interface MessageTypeMap {
  "m.audio": AudioMessage;
  "m.emote": EmoteMessage;
  "m.file": FileMessage;
  "m.image": ImageMessage;
  "m.key.verification.request": KeyVerificationRequestMessage;
  "m.location": LocationMessage;
  "m.notice": NoticeMessage;
  "m.server_notice": ServerNoticeMessage;
  "m.text": TextMessage;
  "m.video": VideoMessage;
}

/**
 * Content of `m.room.message`: what somebody says. `switch (content.msgtype)` narrows it.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroommessage}
 */
export type RoomMessageContent = MessageTypeMap[keyof MessageTypeMap] | CustomMessage;
/** Checks the content of `m.room.message`: by its `msgtype`, or as a {@link CustomMessage} where that is not known. */
export const RoomMessageContent: Model<RoomMessageContent> = /* @__PURE__ */ model(() =>
  taggedUnion<RoomMessageContent>(
    "msgtype",
    {
      "m.audio": AudioMessage.schema,
      "m.emote": EmoteMessage.schema,
      "m.file": FileMessage.schema,
      "m.image": ImageMessage.schema,
      "m.key.verification.request": KeyVerificationRequestMessage.schema,
      "m.location": LocationMessage.schema,
      "m.notice": NoticeMessage.schema,
      "m.server_notice": ServerNoticeMessage.schema,
      "m.text": TextMessage.schema,
      "m.video": VideoMessage.schema,
    },
    CustomMessage.schema,
  ),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.room.message": RoomMessageContent;
  }
}

/** Defines `m.room.message`. */
export const roomMessage: EventDefinition<"message", "m.room.message", RoomMessageContent> = /* @__PURE__ */ messageEvent(
  "m.room.message",
  RoomMessageContent,
);
