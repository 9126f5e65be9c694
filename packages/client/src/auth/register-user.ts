import { register, type RegisterResponse } from "@patrix/client-api";
import type { RequestSender } from "../http/http-client.ts";
import type { Registration } from "./login-options.ts";
import { authenticate } from "./uia.ts";

/** Makes an account. It is loaded apart: few clients do. */
export function registerUser(http: RequestSender, baseUrl: string, registration: Registration): Promise<RegisterResponse> {
  const { username, password, uia, deviceName, deviceId } = registration;
  return authenticate(
    (auth) =>
      http.send(register, {
        body: { username, password, auth, initial_device_display_name: deviceName, device_id: deviceId, refresh_token: true },
      }),
    { handler: uia, baseUrl },
  );
}
