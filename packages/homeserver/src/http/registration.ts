import type { HandledEndpoint } from "@patrix/server";
import type { Requester } from "./access/requester.ts";

/** What the server mounts: an endpoint and its handler. */
export type Registration = HandledEndpoint<Requester>;
