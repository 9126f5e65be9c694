import type { MxcUri, UserId } from "@patrix/identifiers";
import { defineEvent, messageEvent, stateEvent } from "./define.ts";
import { RoomMemberContent } from "../room/member.ts";
import { TextMessage } from "../room/message/text.ts";
import { TypingContent } from "../ephemeral/typing.ts";
import type { RoomMessageContent } from "../room/message.ts";
import { emptyStateKey } from "./define.ts";
import type { knownEvents } from "./known-events.ts";
import type { AnyBasicEvent, AnyEdu, AnyToDeviceEvent, MessageLikeEvent, RoomEvent, StateEvent } from "./typed-events.ts";

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names the type
declare function expectType<T>(value: T): void;
declare const event: RoomEvent;
declare const message: RoomMessageContent;
declare const toDevice: AnyToDeviceEvent;
declare const accountData: AnyBasicEvent<"global-account-data">;
declare const edu: AnyEdu;
declare const result: ReturnType<ReturnType<typeof knownEvents>["check"]>;

switch (event.type) {
  case "m.room.member":
    expectType<string>(event.content.membership);
    expectType<UserId>(event.state_key);
    // @ts-expect-error -- no such field
    event.content.displayName;
    break;
  case "m.room.name":
    expectType<"">(event.state_key);
    expectType<string>(event.content.name);
    break;
  case "m.reaction":
    expectType<undefined>(event.state_key);
    expectType<string | undefined>(event.content["m.relates_to"]?.key);
    break;
  // @ts-expect-error -- a type that nobody declared
  case "com.example.undeclared":
    break;
  default:
    break;
}

switch (message.msgtype) {
  case "m.image":
    expectType<MxcUri | undefined>(message.url);
    break;
  case "m.location":
    expectType<`geo:${string}`>(message.geo_uri);
    break;
  // @ts-expect-error -- a message type that nobody declared
  case "com.example.dice":
    break;
  default:
    break;
}

if (toDevice.type === "m.secret.send") expectType<string>(toDevice.content.secret);
if (accountData.type === "m.direct") expectType<string[] | undefined>(accountData.content["@a:b"]);
if (edu.edu_type === "m.typing") expectType<boolean>(edu.content.typing);

// A content must be looked at as checked, redacted or bad.
if (result.ok && !result.redacted && result.event.type === "m.room.topic") expectType<string>(result.event.content.topic);
if (result.ok && result.redacted && result.event.type === "m.room.topic") {
  // @ts-expect-error -- redaction may have taken the topic
  expectType<string>(result.event.content.topic);
  expectType<string | undefined>(result.event.content.topic);
}
// @ts-expect-error -- a bad event has no narrowed content
if (!result.ok && result.event.type === "m.room.topic") expectType<string>(result.event.content.topic);

// @ts-expect-error -- nobody declared the type
type Undeclared = MessageLikeEvent<"com.example.undeclared">;
// @ts-expect-error -- a state event is no message
type WrongKind = MessageLikeEvent<"m.room.name">;
// @ts-expect-error -- wrong content
export const wrongContent: StateEvent<"m.room.name">["content"] = { title: "x" };
export type { Undeclared, WrongKind };

// @ts-expect-error -- the type is not in a map
messageEvent("com.example.undeclared", TextMessage);
// @ts-expect-error -- the model is of another content
stateEvent("m.room.name", RoomMemberContent, emptyStateKey);
// @ts-expect-error -- the state key of the type is a user ID
stateEvent("m.room.member", RoomMemberContent);
// @ts-expect-error -- the type is of another kind
defineEvent("to-device", "m.typing", TypingContent);
