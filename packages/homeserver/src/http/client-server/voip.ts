import { createHmac } from "node:crypto";
import { getTurnServer, type GetTurnServerResponse } from "@patrix/client-api";
import { getRtcTransports, type RtcTransport } from "@patrix/client-api/unstable";
import { handle, rawJson } from "@patrix/server";
import type { Clock } from "@patrix/concurrency";
import type { Registration } from "../registration.ts";

/** A TURN server that takes credentials made with a secret that it shares with this server. */
export interface TurnSettings {
  readonly uris: readonly string[];
  readonly shared_secret: string;
  /** How long credentials hold, in seconds. */
  readonly ttl: number;
}

/** What calls are carried with. */
export interface CallSettings {
  readonly turn: TurnSettings | undefined;
  /** The ways to carry calls of MatrixRTC, in order of preference. */
  readonly transports: readonly RtcTransport[];
  readonly clock: Clock;
}

/** The handlers that say what carries calls. Without a way for MatrixRTC, clients look for one in their own configuration. */
export function callHandlers({ turn, transports, clock }: CallSettings): Registration[] {
  return [
    handle(getTurnServer, (_request, { user }) => (turn ? turnCredentials(turn, user.userId, clock.now()) : rawJson("{}"))),
    ...(transports.length === 0 ? [] : [handle(getRtcTransports, () => ({ rtc_transports: [...transports] }))]),
  ];
}

/**
 * Makes credentials as TURN servers check them that share a secret: the name says until when they hold, and the password is
 * its HMAC-SHA1.
 *
 * @see {@link https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00}
 */
export function turnCredentials({ uris, shared_secret: secret, ttl }: TurnSettings, userId: string, nowMs: number): GetTurnServerResponse {
  const username = `${Math.floor(nowMs / 1_000) + ttl}:${userId}`;
  const password = createHmac("sha1", secret).update(username).digest("base64");
  return { username, password, uris: [...uris], ttl };
}
