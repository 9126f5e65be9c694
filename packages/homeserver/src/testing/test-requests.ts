import { isUserId, type UserId } from "@patrix/identifiers";

/** A user that a test has registered. */
export interface TestUser {
  readonly userId: UserId;
  readonly accessToken: string;
  readonly deviceId: string;
}

/** A JSON body of whatever shape, which can be looked into and used as text; what tests find in it they assert. */
export type AnyBody = string & { readonly [key: string]: AnyBody };

/** An answer of a test homeserver. */
export interface TestResponse<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; the text if it is none. */
  readonly body: Body;
}

/** What tests ask of a homeserver. */
export interface TestRequests {
  /** Registers a user with the password `secret`. */
  register(localpart: string): Promise<TestUser>;
  /** Sends a request; a body that is text or bytes is sent as it is. */
  request<Body = AnyBody>(method: string, path: string, body?: unknown, token?: string): Promise<TestResponse<Body>>;
  /** Sends a request of a user to the client-server API; the path begins behind `/_matrix/client/v3`. */
  requestAs<Body = AnyBody>(user: TestUser, method: string, path: string, body?: unknown): Promise<TestResponse<Body>>;
  /** Creates a room that anyone may join, unless the settings say otherwise; returns its ID. */
  createRoom(creator: TestUser, settings?: Readonly<Record<string, unknown>>): Promise<string>;
}

/**
 * What tests ask of a homeserver by its URL, whichever it is.
 *
 * @param reach - Sends a request. Default: the global `fetch`.
 */
export function requestsTo(url: string, reach: typeof fetch = (input, init) => fetch(input, init)): TestRequests {
  const request: TestRequests["request"] = (method, path, body, token) => send(reach, url + path, { method, body, token });
  const requestAs: TestRequests["requestAs"] = ({ accessToken }, method, path, body) =>
    request(method, `/_matrix/client/v3${path}`, body, accessToken);
  return {
    request,
    requestAs,
    async createRoom(creator, settings = {}) {
      const { status, body } = await requestAs(creator, "POST", "/createRoom", { preset: "public_chat", ...settings });
      if (status !== 200) throw new Error(`creation of a room was answered with ${status} ${JSON.stringify(body)}`);
      return String(body["room_id"]);
    },
    async register(username) {
      const { status, body } = await request("POST", "/_matrix/client/v3/register", {
        username,
        password: "secret",
        auth: { type: "m.login.dummy" },
      });
      const userId: unknown = body["user_id"];
      if (status !== 200 || typeof userId !== "string" || !isUserId(userId))
        throw new Error(`registration of ${username} was answered with ${status} ${JSON.stringify(body)}`);
      return { userId, accessToken: String(body["access_token"]), deviceId: String(body["device_id"]) };
    },
  };
}

async function send<Body>(
  reach: typeof fetch,
  url: string,
  { method, body, token }: { readonly method: string; readonly body: unknown; readonly token: string | undefined },
): Promise<TestResponse<Body>> {
  const encoded = body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await reach(url, {
    method,
    ...(encoded === undefined ? {} : { body: encoded as BodyInit }),
    headers: {
      ...(encoded === undefined ? {} : { "content-type": "application/json" }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: parsed(text) as Body };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
