/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What the server asks of application services: whether they are there, users and rooms that are looked up, and other networks.
import { describe, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { listAt } from "./dig.ts";
import { FakeService, type ServiceRequest, usualAnswer } from "./fake-appservice.ts";
import { ircRegistration, ircServer, registeredServer, type RegisteredServer } from "./registered.ts";

const ping = (hs: RegisteredServer, id = "irc", token = "as-irc", body: object = {}) =>
  hs.as(token, "POST", `/_matrix/client/v1/appservice/${id}/ping`, body);

describe("a ping", () => {
  it("goes to the service and says how long it took", async () => {
    await using hs = await ircServer();
    const answered = await ping(hs, "irc", "as-irc", { transaction_id: "meow" });
    expect(answered).toMatchObject({ status: 200, body: { duration_ms: expect.any(Number) } });
    expect(hs.service.requests).toMatchObject([
      { method: "POST", path: "/_matrix/app/v1/ping", authorization: "Bearer hs-irc", body: { transaction_id: "meow" } },
    ]);
    expect((await hs.as("as-irc", "POST", "/_matrix/client/unstable/fi.mau.msc2659/appservice/irc/ping", {})).status).toBe(200);
  });

  it("says what the service answered, or that it did not", async () => {
    await using hs = await ircServer();
    hs.service.answer = () => ({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    const refused = await ping(hs);
    expect(refused).toMatchObject({ status: 502, body: { errcode: "M_BAD_STATUS", status: 403, body: '{"errcode":"M_FORBIDDEN"}' } });
    hs.service.answer = () => ({ status: 500, text: "x".repeat(100_000) });
    expect(String((await ping(hs)).body["body"]).length).toBe(4_096);
    hs.service.answer = () => "break";
    expect(await ping(hs)).toMatchObject({ status: 502, body: { errcode: "M_CONNECTION_FAILED" } });
    await hs.service[Symbol.asyncDispose]();
    expect(await ping(hs)).toMatchObject({ status: 502, body: { errcode: "M_CONNECTION_FAILED" } });
  });

  it("is for a service with an address, of itself alone", async () => {
    await using service = await FakeService.start();
    const second = { id: "two", as_token: "as-two", hs_token: "hs-two", sender_localpart: "_two", namespaces: {} };
    await using hs = await registeredServer([ircRegistration(`http://127.0.0.1:${service.port}`), ircRegistration(null, second)]);
    const alice = await hs.server.register("alice");
    expect(await ping(hs, "two", "as-two")).toMatchObject({ status: 400, body: { errcode: "M_URL_NOT_SET" } });
    expect(await ping(hs, "irc", "as-two")).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect(await ping(hs, "irc", alice.accessToken)).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect(await ping(hs, "irc", "wrong")).toMatchObject({ status: 401, body: { errcode: "M_UNKNOWN_TOKEN" } });
    expect(await ping(hs, "irc", "as-irc", { transaction_id: "x".repeat(256) })).toMatchObject({
      status: 400,
      body: { errcode: "M_INVALID_PARAM" },
    });
    expect(service.requests).toEqual([]);
  });
});

/** A service that makes the users and rooms whose names end with `real` when it is asked for them. */
function maker(hs: RegisteredServer): FakeService["answer"] {
  return async (request: ServiceRequest) => {
    const [, kind, name = ""] = /\/(users|rooms)\/(.*)$/.exec(request.path) ?? [];
    if (kind === undefined || !name.includes("real")) return usualAnswer(request);
    const localpart = name.slice(1).split(":", 1)[0] ?? "";
    // It looks the name up itself before it makes it: it is not asked back.
    if (kind === "users") {
      const known = await hs.as("as-irc", "GET", `/profile/${name}`);
      if (known.status === 404) await hs.ghost(localpart);
    } else await hs.as("as-irc", "POST", "/createRoom", { room_alias_name: localpart, preset: "public_chat" });
    return { status: 200 };
  };
}

describe("what is looked up", () => {
  it("and is not there is made by the service that knows of it", async () => {
    await using hs = await ircServer();
    const alice = await hs.server.register("alice");
    hs.service.answer = maker(hs);
    expect(await hs.server.requestAs(alice, "GET", "/profile/@_irc_real1:localhost")).toMatchObject({ status: 200 });
    expect(await hs.server.requestAs(alice, "GET", "/profile/@_irc_real2:localhost/displayname")).toMatchObject({ status: 200 });
    expect(await hs.server.requestAs(alice, "GET", "/profile/@_irc_none:localhost")).toMatchObject({ status: 404 });
    const alias = encodeURIComponent("#_irc_real:localhost");
    expect(await hs.server.requestAs(alice, "GET", `/directory/room/${alias}`)).toMatchObject({ status: 200 });
    expect(await hs.server.requestAs(alice, "POST", `/join/${encodeURIComponent("#_irc_real2:localhost")}`, {})).toMatchObject({
      status: 200,
    });
    expect(await hs.server.requestAs(alice, "POST", `/join/${encodeURIComponent("#_irc_none:localhost")}`, {})).toMatchObject({
      status: 404,
    });
    const roomId = await hs.server.createRoom(alice, { invite: ["@_irc_real3:localhost"] });
    await hs.server.requestAs(alice, "POST", `/rooms/${roomId}/invite`, { user_id: "@_irc_real4:localhost" });
    for (const name of ["3", "4"])
      expect((await hs.as("as-irc", "GET", `/account/whoami?user_id=@_irc_real${name}:localhost`)).status).toBe(200);
    expect(hs.service.requests.find(({ path }) => path.includes("/users/"))?.authorization).toBe("Bearer hs-irc");
  });

  it("and is there, or in no namespace, asks no service", async () => {
    await using hs = await ircServer();
    const alice = await hs.server.register("alice");
    const ghost = await hs.ghost("_irc_ghost");
    await hs.server.requestAs(alice, "GET", `/profile/${ghost}`);
    await hs.server.requestAs(alice, "GET", "/profile/@nobody:localhost");
    await hs.server.requestAs(alice, "GET", "/profile/@_irc_x:elsewhere.org");
    await hs.server.requestAs(alice, "GET", `/directory/room/${encodeURIComponent("#none:localhost")}`);
    expect(hs.service.requests).toEqual([]);
  });

  it("asks once, however many look, and not again at once where there is nothing", async () => {
    await using hs = await ircServer();
    const alice = await hs.server.register("alice");
    const look = () => hs.server.requestAs(alice, "GET", "/profile/@_irc_none:localhost");
    await Promise.all([look(), look(), look()]);
    await look();
    // The path of the specification, and that of the drafts.
    expect(hs.service.requests.map(({ path }) => path)).toEqual([
      "/_matrix/app/v1/users/@_irc_none:localhost",
      "/users/@_irc_none:localhost",
    ]);
  });

  it("is answered with a time-out where the service does not answer", async () => {
    await using hs = await ircServer();
    hs.service.answer = () => "break";
    const alice = await hs.server.register("alice");
    expect(await hs.server.requestAs(alice, "GET", "/profile/@_irc_x:localhost")).toMatchObject({ status: 408 });
    expect(hs.service.requests.length).toBe(3);
  });
});

const protocol = {
  user_fields: ["network", "nickname"],
  location_fields: ["network", "channel"],
  icon: "mxc://x/y",
  field_types: { network: { regexp: ".*", placeholder: "irc.example.org" } },
  instances: [{ desc: "Example", fields: { network: "example" }, network_id: "example" }],
};

describe("third-party networks", () => {
  it("are what the services say, of each protocol all networks", async () => {
    await using hs = await ircServer({ protocols: ["irc", "dead"] });
    const alice = await hs.server.register("alice");
    const location = { alias: "#_irc_x:localhost", protocol: "irc", fields: { channel: "#x" } };
    hs.service.answer = ({ path }) => {
      if (path.endsWith("/protocol/irc")) return { status: 200, body: protocol };
      if (path.includes("/location")) return { status: 200, body: [location] };
      if (path.includes("/user")) return { status: 200, body: [{ userid: "@_irc_x:localhost", protocol: "irc", fields: {} }] };
      return { status: 404, body: { errcode: "M_NOT_FOUND" } };
    };
    const get = (path: string) => hs.server.requestAs(alice, "GET", `/thirdparty/${path}`);
    const protocols = await get("protocols");
    expect(protocols.body).toEqual({ irc: { ...protocol, instances: [{ ...protocol.instances[0], instance_id: "irc|example" }] } });
    expect((await get("protocol/irc")).body).toEqual(protocols.body["irc"]);
    expect(await get("protocol/dead")).toMatchObject({ status: 404 });
    expect(await get("protocol/other")).toMatchObject({ status: 404 });
    expect((await get("location/irc?channel=%23x&access_token=secret&user_id=x&device_id=y")).body).toEqual([location]);
    expect((await get("user/irc?nickname=x")).body).toMatchObject([{ userid: "@_irc_x:localhost" }]);
    expect((await get(`location?alias=${encodeURIComponent("#_irc_x:localhost")}`)).body).toEqual([location]);
    expect((await get("user?userid=@_irc_x:localhost")).body).toMatchObject([{ protocol: "irc" }]);
    expect((await get("user?userid=@alice:localhost")).body).toEqual([]);
    expect(await get("location/other")).toMatchObject({ status: 404 });
    const asked = hs.service.requests.find(({ path }) => path.endsWith("/location/irc"));
    // Who asks, and with which token, is not told.
    expect([...(asked?.query ?? [])]).toEqual([
      ["channel", "#x"],
      ["access_token", "hs-irc"],
    ]);
    // What was said of a protocol is remembered.
    expect(hs.service.requests.filter(({ path }) => path.endsWith("v1/thirdparty/protocol/irc")).length).toBe(1);
  });

  it("say nothing where a service answers nonsense, or too much", async () => {
    await using hs = await ircServer({ protocols: ["irc"] });
    const alice = await hs.server.register("alice");
    const answers = [{ status: 200, text: "<html>" }, { status: 200, body: { user_fields: 1 } }, { status: 500 }];
    for (const answer of answers) {
      hs.service.answer = () => answer;
      expect(await hs.server.requestAs(alice, "GET", "/thirdparty/user/irc")).toMatchObject({ status: 200, body: [] });
    }
    hs.service.answer = () => ({ status: 200, text: `[${" ".repeat(limits.appserviceAnswerBytes.value)}]` });
    expect((await hs.server.requestAs(alice, "GET", "/thirdparty/user/irc")).body).toEqual([]);
    hs.service.answer = () => ({ status: 200, text: `[${" ".repeat(limits.appserviceAnswerBytes.value - 100)}]` });
    expect((await hs.server.requestAs(alice, "GET", "/thirdparty/user/irc")).status).toBe(200);
  });

  it("have directories of their own", async () => {
    await using hs = await ircServer({ protocols: ["irc"] });
    const alice = await hs.server.register("alice");
    const published = await hs.server.createRoom(alice, { visibility: "public" });
    const bridged = await hs.server.createRoom(alice);
    const other = await hs.server.createRoom(alice);
    await hs.as("as-irc", "POST", `/join/${bridged}`, {});
    const put = (roomId: string, visibility: string, network = "example") =>
      hs.as("as-irc", "PUT", `/directory/list/appservice/${network}/${roomId}`, { visibility });
    expect(await put(bridged, "public")).toMatchObject({ status: 200 });
    expect(await put(bridged, "public")).toMatchObject({ status: 200 });
    expect(await put(other, "public")).toMatchObject({ status: 403, body: { errcode: "M_FORBIDDEN" } });
    expect(await put("!nowhere:localhost", "public")).toMatchObject({ status: 404 });
    expect(await put(bridged, "public", "x".repeat(256))).toMatchObject({ status: 400, body: { errcode: "M_INVALID_PARAM" } }); // networkIdLength
    const list = async (body: object) => {
      const { body: page } = await hs.server.requestAs(alice, "POST", "/publicRooms", body);
      return listAt(page, "chunk")
        .map((room) => String(room["room_id"]))
        .toSorted();
    };
    expect(await list({})).toEqual([published]);
    expect(await list({ third_party_instance_id: "irc|example" })).toEqual([bridged]);
    expect(await list({ third_party_instance_id: "irc|other" })).toEqual([]);
    expect(await list({ include_all_networks: true })).toEqual([published, bridged].toSorted());
    const both = { include_all_networks: true, third_party_instance_id: "irc|example" };
    expect(await hs.server.requestAs(alice, "POST", "/publicRooms", both)).toMatchObject({
      status: 400,
      body: { errcode: "M_INVALID_PARAM" },
    });
    expect(await put(bridged, "private")).toMatchObject({ status: 200 });
    expect(await list({ third_party_instance_id: "irc|example" })).toEqual([]);
  });
});
