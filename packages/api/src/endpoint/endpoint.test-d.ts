import type { IncomingMessage } from "node:http";
import { RoomId, UserId } from "@patrix/identifiers";
import { expectTypeOf, it } from "vitest";
import * as z from "zod/mini";
import { EmptyObject } from "../model/empty-object.ts";
import { type AnyEndpoint, type Endpoint, endpoint } from "./endpoint.ts";
import { bytes } from "../wire/media.ts";
import { type Model, model, paramsModel } from "../model/model.ts";
import { obj, type OpenEnum, openEnum } from "../model/object.ts";
import { lenient, whenEmpty } from "../model/lenient.ts";
import type { IncomingRequest } from "../wire/http-message.ts";

interface InvitePath {
  roomId: RoomId;
}
const InvitePath: Model<InvitePath> = paramsModel(() => obj<InvitePath>({ roomId: RoomId }));
interface InviteBody {
  user_id: UserId;
  reason?: string | undefined;
}
const InviteBody: Model<InviteBody> = model(() => obj<InviteBody>({ user_id: UserId, reason: z.optional(z.string()) }));
interface InviteRequest {
  path: InvitePath;
  body: InviteBody;
}
const metadata = {
  id: "inviteUser",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: { stable: [{ since: "v1.1", path: "/rooms/{roomId}/invite" }] },
} as const;
const invite: Endpoint<InviteRequest, EmptyObject> = endpoint({ ...metadata, path: InvitePath, body: InviteBody, response: EmptyObject });
const options = { baseUrl: "" };

it("takes a request of its parts", () => {
  invite.request({ path: { roomId: "!r" }, body: { user_id: "@a:b" } }, options);
  // @ts-expect-error: the path variable is missing
  invite.request({ path: {}, body: { user_id: "@a:b" } }, options);
  // @ts-expect-error: the path is missing
  invite.request({ body: { user_id: "@a:b" } }, options);
  // @ts-expect-error: a user ID is no room ID
  invite.request({ path: { roomId: "@a:b" }, body: { user_id: "@a:b" } }, options);
  // @ts-expect-error: a localpart is no user ID
  invite.request({ path: { roomId: "!r" }, body: { user_id: "alice" } }, options);
  // @ts-expect-error: the body has no such member
  invite.request({ path: { roomId: "!r" }, body: { user_id: "@a:b", raeson: "typo" } }, options);
  // @ts-expect-error: a reason is a text
  invite.request({ path: { roomId: "!r" }, body: { user_id: "@a:b", reason: 1 } }, options);
  // @ts-expect-error: the base URL is missing
  invite.request({ path: { roomId: "!r" }, body: { user_id: "@a:b" } }, {});
});

it("gives typed requests and responses", () => {
  expectTypeOf(invite.parseRequest).returns.toEqualTypeOf<InviteRequest>();
  expectTypeOf(invite.parseResponse).returns.toEqualTypeOf<EmptyObject>();
  expectTypeOf(invite).toExtend<AnyEndpoint>();
});

it("must declare the parts that its types have", () => {
  // @ts-expect-error: no model for the body
  endpoint<InviteRequest, EmptyObject>({ ...metadata, path: InvitePath, response: EmptyObject });
  // @ts-expect-error: the model of another part
  endpoint<InviteRequest, EmptyObject>({ ...metadata, path: InviteBody, body: InviteBody, response: EmptyObject });
  // @ts-expect-error: bytes where JSON is declared
  endpoint<InviteRequest, EmptyObject>({ ...metadata, path: InvitePath, body: bytes, response: EmptyObject });
  // @ts-expect-error: no such method
  endpoint<InviteRequest, EmptyObject>({ ...metadata, method: "PATCH", path: InvitePath, body: InviteBody, response: EmptyObject });
});

it("must describe every member of the interface", () => {
  // @ts-expect-error: `reason` is missing
  obj<InviteBody>({ user_id: UserId });
  // @ts-expect-error: `user_id` is a user ID, not any text
  obj<InviteBody>({ user_id: z.string(), reason: z.optional(z.string()) });
  // @ts-expect-error: `reason` is optional
  obj<InviteBody>({ user_id: UserId, reason: z.string() });
  // @ts-expect-error: there is no `server`
  obj<InviteBody>({ user_id: UserId, reason: z.optional(z.string()), server: z.string() });
});

it("keeps the type of a schema with a lenient rule", () => {
  obj<InviteBody>({ user_id: UserId, reason: lenient(z.optional(z.string()), "empty", whenEmpty("remove")) });
  // @ts-expect-error: `reason` is optional, with a rule too
  obj<InviteBody>({ user_id: UserId, reason: lenient(z.string(), "empty", whenEmpty("remove")) });
  // @ts-expect-error: a fix is a replacement or the removal
  lenient(z.string(), "rule", () => "replace");
});

it("completes the values of open enumerations and accepts others", () => {
  expectTypeOf(openEnum(["a", "b"])._zod.output).toEqualTypeOf<OpenEnum<"a" | "b">>();
  expectTypeOf<"c">().toExtend<OpenEnum<"a" | "b">>();
});

it("tells success from failure before the value", () => {
  const result = InviteBody.safeParse({}, { mode: "lenient" });
  // @ts-expect-error: the value is there only if the payload was accepted
  expectTypeOf(result.value);
  if (result.ok) expectTypeOf(result.value).toEqualTypeOf<InviteBody>();
  else expectTypeOf(result.issues[0]?.pointer).toEqualTypeOf<string | undefined>();
  // @ts-expect-error: there are two modes
  InviteBody.parse({}, { mode: "loose" });
});

it("fits what platforms send and receive, without a cast", () => {
  const { url, ...init } = invite.request({ path: { roomId: "!r" }, body: { user_id: "@a:b" } }, options);
  expectTypeOf(url).toExtend<Parameters<typeof fetch>[0]>();
  expectTypeOf(init).toExtend<RequestInit>();
  expectTypeOf<IncomingMessage["headers"]>().toExtend<NonNullable<IncomingRequest["headers"]>>();
  const { body, ...answer } = invite.response({});
  expectTypeOf(body).toExtend<BodyInit>();
  expectTypeOf(answer).toExtend<ResponseInit>();
});
