import { isUserId } from "@patrix/identifiers";
import type { TestHomeserver, TestResponse } from "./test-homeserver.ts";

/** What tests ask of a homeserver by its URL, whichever it is. */
export function requestsTo(url: string): Pick<TestHomeserver, "createRoom" | "register" | "request" | "requestAs"> {
  const request: TestHomeserver["request"] = (method, path, body, token) => send(url + path, method, body, token);
  const requestAs: TestHomeserver["requestAs"] = ({ accessToken }, method, path, body) =>
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

async function send<Body>(url: string, method: string, body: unknown, token: string | undefined): Promise<TestResponse<Body>> {
  const encoded = body === undefined || typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const response = await fetch(url, {
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
