import { type LoginResponse, register } from "@patrix/client-api";
import { ClientError } from "../errors.ts";
import type { RequestSender } from "../http/http-client.ts";
import type { Registration } from "./login-options.ts";
import { authenticate } from "./uia.ts";

/**
 * Makes an account. It is loaded apart: few clients do.
 *
 * @throws {ClientError} `UIA_FAILED`; `UNEXPECTED_RESPONSE` for an account without a session.
 */
export async function registerUser(http: RequestSender, baseUrl: string, registration: Registration): Promise<LoginResponse> {
  const { username, password, uia, deviceName, deviceId } = registration;
  const answer = await authenticate(
    (auth) =>
      http.send(register, {
        body: { username, password, auth, initial_device_display_name: deviceName, device_id: deviceId, refresh_token: true },
      }),
    { handler: uia, baseUrl },
  );
  const { access_token, device_id } = answer;
  if (access_token !== undefined && device_id !== undefined) return { ...answer, access_token, device_id };
  throw new ClientError("UNEXPECTED_RESPONSE", "the server made the account without logging in");
}
