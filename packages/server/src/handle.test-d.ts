import { bytes, EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import { expectTypeOf, it } from "vitest";
import * as z from "zod/mini";
import { type HandledEndpoint, handle, handleUpload } from "./handle.ts";
import { rawJson, reply } from "./reply.ts";
import type { RequestContext } from "./request-context.ts";
import { serve } from "./serve.ts";

interface Named {
  name: string;
}
const Named: Model<Named> = model(() => obj<Named>({ name: z.string() }));
const metadata = { id: "greet", method: "POST", auth: "accessToken", rateLimited: false, history: {} } as const;
const greet: Endpoint<{ body: Named }, Named> = endpoint({ ...metadata, body: Named, response: Named });
const upload: Endpoint<{ body: Uint8Array }, EmptyObject> = endpoint({ ...metadata, body: bytes, response: EmptyObject });

interface Account {
  userId: string;
}

it("types the request and the response of a handler by its endpoint", () => {
  handle(greet, ({ body }) => ({ name: body.name }));
  handle(greet, async ({ body }) => ({ name: body.name }));
  handle(greet, () => rawJson("{}"));
  handle(greet, ({ body }) => reply(body, 200));
  // @ts-expect-error: there is no such part
  handle(greet, ({ query }) => query);
  // @ts-expect-error: the response is no text
  handle(greet, () => "hello");
  // @ts-expect-error: the response has a name
  handle(greet, () => ({}));
  // @ts-expect-error: the value of a reply is a response
  handle(greet, () => reply({}));
});

it("takes the user from the list that the handlers are for", () => {
  const handlers = (): HandledEndpoint<Account>[] => [handle(greet, (_request, { user }) => ({ name: user.userId }))];
  serve(handlers(), { authenticate: () => ({ userId: "@a:b" }) });
  // @ts-expect-error: the handlers need another user
  serve(handlers(), { authenticate: () => ({ id: 1 }) });
});

it("takes the user from what authenticates", () => {
  serve([handle(greet, (_request, { user }: RequestContext<Account>) => ({ name: user.userId }))], {
    authenticate: () => ({ userId: "@a:b" }),
  });
  // @ts-expect-error: nobody says what a user is
  handle(greet, (_request, { user }) => ({ name: user.userId }));
});

it("serves handlers that do not look at the user beside others", () => {
  const open: HandledEndpoint<unknown> = handle(greet, ({ body }) => body);
  const own: HandledEndpoint<Account> = handle(greet, (_request, { user }) => ({ name: user.userId }));
  serve([open, own], { authenticate: () => ({ userId: "@a:b" }) });
});

it("gives uploads as they come", () => {
  handleUpload(upload, async ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<AsyncIterable<Uint8Array>>();
    return {};
  });
  handle(upload, async ({ body }) => {
    expectTypeOf(body).toEqualTypeOf<Uint8Array>();
    return {};
  });
  // @ts-expect-error: the endpoint takes no bytes
  handleUpload(greet, () => ({ name: "x" }));
});
