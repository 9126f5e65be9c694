import { expect, it } from "vitest";
import { completeClientMetadata } from "./client-metadata.ts";

const client_uri = "https://example.com/";

it("a page over HTTPS is a web client at home where it is, and registers its address as it is", () => {
  expect(completeClientMetadata({ client_name: "Clock" }, "https://app.example.com:8443/callback?a=b")).toEqual({
    client_name: "Clock",
    client_uri: "https://app.example.com:8443/",
    redirect_uris: ["https://app.example.com:8443/callback?a=b"],
    response_types: ["code"],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "none",
    application_type: "web",
  });
});

it.each([
  ["http://127.0.0.1:49152/callback", "http://127.0.0.1/callback"],
  ["http://localhost:5173/", "http://localhost/"],
  ["http://[::1]:1/", "http://[::1]/"],
  ["com.example.app:/callback", "com.example.app:/callback"],
])("a program that is reached at %s is a native client and registers %s", (redirectUri, registered) => {
  expect(completeClientMetadata({ client_uri }, redirectUri)).toMatchObject({
    client_uri,
    redirect_uris: [registered],
    application_type: "native",
  });
  expect(() => completeClientMetadata({}, redirectUri)).toThrow("option clientMetadata.client_uri:");
});

it.each(["example:/callback", "file:///etc/passwd", "http://192.168.1.1/", "https://a.example/#", "ftp://example.com/", "callback"])(
  "nobody comes back to %s",
  (redirectUri) => {
    expect(() => completeClientMetadata({ client_uri }, redirectUri)).toThrow("option redirectUri:");
  },
);
