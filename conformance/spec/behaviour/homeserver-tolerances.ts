/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { testHomeserver, type TestHomeserver, type TestUser } from "@patrix/homeserver/testing";
import { expect } from "vitest";
import type { BehaviourTolerance } from "./behaviour-tolerance.ts";

async function registerGuest(server: TestHomeserver, body: object = {}): Promise<TestUser> {
  const answer = await server.request<TestUserBody>("POST", "/_matrix/client/v3/register?kind=guest", body);
  expect(answer.status).toBe(200);
  const { user_id: userId, access_token: accessToken, device_id: deviceId } = answer.body;
  return { userId, accessToken, deviceId };
}
interface TestUserBody {
  readonly user_id: TestUser["userId"];
  readonly access_token: string;
  readonly device_id: string;
}

/** What the homeserver does. */
export const homeserverTolerances: readonly BehaviourTolerance[] = [
  {
    place: "m.room.guest_access.yaml",
    words: "without an event guests are kept out",
    holds: async () => {
      await using server = await testHomeserver();
      const ann = await server.register("ann");
      const guest = await registerGuest(server);
      const join = async (settings: object): Promise<number> => {
        const room = await server.createRoom(ann, { ...settings });
        return (await server.requestAs(guest, "POST", `/rooms/${room}/join`, {})).status;
      };
      const access = { type: "m.room.guest_access", state_key: "", content: { guest_access: "can_join" } };
      expect([await join({}), await join({ initial_state: [access] })]).toEqual([403, 200]);
    },
  },
  {
    place: "client-server/registration.yaml, guests",
    words: "all but the device name is ignored",
    holds: async () => {
      await using server = await testHomeserver();
      const wanted = { username: "ann", password: "p", device_id: "MINE", inhibit_login: true, initial_device_display_name: "Phone" };
      const guest = await registerGuest(server, wanted);
      expect([guest.userId === "@ann:localhost", guest.deviceId === "MINE"]).toEqual([false, false]);
      const { body } = await server.requestAs(guest, "GET", "/devices");
      expect(body).toMatchObject({ devices: [{ device_id: guest.deviceId, display_name: "Phone" }] });
    },
  },
  {
    place: "m.invite_permission_config.yaml",
    words: "only block blocks",
    holds: async () => {
      await using server = await testHomeserver();
      const [ann, bob] = [await server.register("ann"), await server.register("bob")];
      const invite = async (default_action: unknown): Promise<number> => {
        const path = `/user/${bob.userId}/account_data/m.invite_permission_config`;
        expect((await server.requestAs(bob, "PUT", path, { default_action })).status).toBe(200);
        const room = await server.createRoom(ann);
        return (await server.requestAs(ann, "POST", `/rooms/${room}/invite`, { user_id: bob.userId })).status;
      };
      expect([await invite("block"), await invite("org.example.ask"), await invite(5)]).toEqual([403, 200, 200]);
    },
  },
  {
    place: "rooms/v11.md, redacts",
    words: "it stands in both places for clients of either age",
    holds: async () => {
      await using server = await testHomeserver();
      const ann = await server.register("ann");
      for (const room_version of ["10", "11"]) {
        const room = await server.createRoom(ann, { room_version });
        const sent = await server.requestAs(ann, "PUT", `/rooms/${room}/send/m.room.message/1`, { body: "x", msgtype: "m.text" });
        const target = sent.body["event_id"];
        const { body } = await server.requestAs(ann, "PUT", `/rooms/${room}/redact/${target}/2`, {});
        const redaction = await server.requestAs(ann, "GET", `/rooms/${room}/event/${body["event_id"]}`);
        expect(redaction.body).toMatchObject({ redacts: target, content: room_version === "11" ? { redacts: target } : {} });
      }
    },
  },
];
